"""What a pass says about itself: what stands out has a sentence with its numbers, an ordinary pass has no alarm."""

import numpy as np
import pytest
import torch
from torch import nn

import pellucid as pl

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(20, 3))
Y = DRAW.normal(size=20)
ORDINARY = {"prediction", "strongest input"}


def alarms(record):
    """Remarks of an ordinary pass that are none; a unit or two of a rectifier layer may be off for all rows."""
    return [each for each in record.remarks if each.rule or each.kind not in (*ORDINARY, "dead")]


def one(record, kind):
    (found,) = [each for each in record.remarks if each.kind == kind]
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "sigmoid", "leaky_relu", "softsign", "sine", "maxout"])
def test_an_ordinary_pass_raises_no_alarm(activation, seed):
    recipe = pl.Recipe(hidden=(16, 16), activation=activation, seed=seed)
    assert not alarms(pl.explain(recipe, X, Y).record)
    assert not alarms(pl.explain(recipe, X, Y > 0).record)
    assert not alarms(pl.explain(recipe, X, DRAW.integers(0, 3, 20)).record)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "lion", "lbfgs"])
def test_an_ordinary_update_raises_no_alarm(optimizer):
    assert not alarms(pl.explain(pl.Recipe(hidden=(8,), optimizer=optimizer), X, Y).record)


def linear(weight, bias=None):
    layer = nn.Linear(len(weight[0]), len(weight), bias=bias is not None)
    layer.weight.data = torch.tensor(weight)
    if bias is not None:
        layer.bias.data = torch.tensor(bias)
    return layer


def test_a_saturated_unit_is_named_with_its_slope():
    module = nn.Sequential(linear([[1.0], [9.0]]), nn.Tanh(), linear([[1.0, 1.0]]))
    found = one(pl.explain(module, [1.0], [0.0]).record, "saturated")
    assert found.rule == "T602"
    assert found.sentence == (
        "Unit 2 of layer 1, tanh is saturated: at z_2^(1) = 9 the slope is 6.092·10^−8, and hardly any gradient passes."
    )


def test_a_layer_that_is_off_is_named():
    module = nn.Sequential(linear([[-1.0], [-2.0]]), nn.ReLU(), linear([[1.0, 1.0]], [0.5]))
    record = pl.explain(module, [1.0], [0.0]).record
    assert one(record, "dead").sentence.startswith("All 2 units of layer 1, relu are off for this row")


def test_a_unit_that_is_off_for_all_rows_is_dead():
    module = nn.Sequential(linear([[1.0], [0.5]], [0.0, -99.0]), nn.ReLU(), linear([[1.0, 1.0]]))
    rows = np.linspace(-3, 3, 20)[:, None]
    record = pl.explain(module, rows, rows[:, 0], row=19).record
    found = one(record, "dead")
    assert found.rule == "T601"  # more than the usual few
    assert "1 of 2 units of layer 1, relu (2) are off for all 20 rows" in found.sentence


def test_a_vanished_gradient_is_measured():
    small = [[0.01, 0.01], [0.01, -0.01]]
    module = nn.Sequential(
        linear(small), nn.Tanh(), linear(small), nn.Tanh(), linear(small), nn.Tanh(), linear([[0.01, 0.02]])
    )
    found = one(pl.explain(module, [1.0, 2.0], [3.0]).record, "vanished")
    assert found.rule == "T603"
    assert found.place == "layer 1, linear 2 → 2"


@pytest.mark.parametrize("scale", [1.0, -2.0])
def test_the_strongest_input_is_that_of_the_largest_push(scale):
    module = nn.Sequential(linear([[1.0, 2.0, 0.1]]))
    record = pl.explain(module, [[3.0 * scale, 1.0, 5.0]], [0.0], names=["age", "fare", "class"]).record
    found = one(record, "strongest input")
    assert found.place == "x_1"
    assert found.sentence.startswith("x_1 (age) pushed hardest: ∂L/∂x_1·x_1 = ")


def test_it_is_said_why_nothing_moved():
    exact = nn.Sequential(linear([[1.0, 1.0]]))
    met = one(pl.explain(exact, [1.0, 2.0], [3.0]).record, "nothing moved")
    assert met.sentence.startswith("Nothing moved: the loss has no slope here")
    off = nn.Sequential(linear([[-1.0], [-2.0]]), nn.ReLU(), linear([[1.0, 1.0]]))
    assert "the slope of relu in layer 1 is 0" in one(pl.explain(off, [1.0], [3.0]).record, "nothing moved").sentence


def test_linear_layers_behind_one_another_are_one_linear_map():
    module = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1))
    found = one(pl.explain(module, X, Y).record, "no activation")
    assert (found.rule, found.sentence[:13]) == ("N501", "Layers 1 and ")


def test_numbers_that_float32_cannot_hold_are_named():
    module = nn.Sequential(linear([[1e30]]), linear([[1e30]])).double()
    record = pl.explain(module, [1.0], [0.0]).record
    assert one(record, "overflow").sentence.startswith("Layer 2, linear 1 → 1: values are too large for float32")
    infinite = [line for each in record.stages for line in each.lines if line.single is not None]
    assert any(np.isinf(line.single) for line in infinite)


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        ([1.0], "The network says 3, and the target is 1: 2 too high."),
        ([4.5], "The network says 3, and the target is 4.5: 1.5 too low."),
        ([3.0], "The network says 3, and the target is 3: exactly right."),
    ],
)
def test_prediction_and_target_stand_side_by_side(y, sentence):
    assert one(pl.explain(nn.Sequential(linear([[1.0, 1.0]])), [1.0, 2.0], y).record, "prediction").sentence == sentence


def test_a_wrong_class_is_told_with_both_probabilities():
    module = nn.Sequential(linear([[1.0], [0.0], [0.5]]))
    sentence = one(pl.explain(module, [2.0], [1], loss="cross_entropy").record, "prediction").sentence
    assert sentence == "The network says class 0 with probability 0.6652 (0.09003 for 1), and the target is 1."
