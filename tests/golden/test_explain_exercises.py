"""Exercises 6 and 7 as ``explain`` tells them, with the numbers that were published."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import pellucid as pl

ROWS = torch.tensor(
    [
        [0.7550, 0.2580, -0.0376, -0.5695, 0.0454],
        [-0.6897, 1.4822, 0.7860, -2.0889, -0.4481],
        [0.4464, 0.7335, -0.9837, 1.7818, -0.9048],
        [-0.7997, 1.1157, -0.4644, 1.1144, -0.6903],
    ]
)
CLASSES = torch.tensor([2, 2, 1, 0])
TO_THE_LAST_DIGIT = 6e-5


def layers(outputs):
    torch.manual_seed(11052023)
    return nn.Linear(5, 4), nn.Linear(4, outputs)


def stage(record, phase, title):
    (found,) = [each for each in record.stages if each.phase == phase and each.title.startswith(title)]
    return found


def values(found, letter):
    return [line.value for line in found.lines if line.symbol.startswith(letter)]


def remark(record, kind):
    (found,) = [each for each in record.remarks if each.kind == kind]
    return found


def test_exercise_6_the_cross_entropy_of_softmax_outputs_as_published():
    module = nn.Sequential(*layers(3), nn.Softmax(dim=1))
    record = pl.explain(module, ROWS, CLASSES, loss=nn.CrossEntropyLoss()).record
    z = values(stage(record, "forward", "layer 2, linear"), "z")
    np.testing.assert_allclose(z, [0.4926, -0.1480, 0.2304], atol=TO_THE_LAST_DIGIT)
    shares = values(stage(record, "forward", "layer 2, softmax"), "a")
    np.testing.assert_allclose(shares, [0.4355, 0.2295, 0.3350], atol=TO_THE_LAST_DIGIT)
    assert record.value == pytest.approx(1.0857, abs=TO_THE_LAST_DIGIT)
    assert values(stage(record, "loss", "loss"), "L")[-1] == record.value
    twice = next(each for each in record.remarks if each.rule == "L101")
    assert "squashed twice" in twice.sentence
    linear = next(each for each in record.remarks if each.rule == "N501")
    assert linear.sentence.startswith("Layers 1 and 2 have no activation between them")
    assert {check.against for check in record.checks} == {
        "autograd",
        "PyTorch's own modules",
        "the trainer's own update",
    }


def test_exercise_6_the_gradients_are_those_of_pytorch():
    module = nn.Sequential(*layers(3), nn.Softmax(dim=1)).double()
    nn.CrossEntropyLoss()(module(ROWS.double()), CLASSES).backward()
    record = pl.explain(module, ROWS.double(), CLASSES, loss="cross_entropy").record
    for layer, title in ((module[0], "layer 1, linear"), (module[1], "layer 2, linear")):
        arrays = stage(record, "backward", title).arrays
        mark = f"^({title[6]})"
        np.testing.assert_allclose(arrays[f"∂L/∂W{mark}"], layer.weight.grad, atol=1e-12)
        np.testing.assert_allclose(arrays[f"∂L/∂b{mark}"], layer.bias.grad, atol=1e-12)


def test_exercise_6_regression_as_published():
    record = pl.explain(nn.Sequential(*layers(1)), ROWS, [3.1, 2.3, 1.2, 0.4], loss="mse").record
    assert record.value == pytest.approx(5.1743, abs=TO_THE_LAST_DIGIT)


FIVE = [5.0, 4.0, 1.0, 3.0, 2.0]


def exercise_7(activation="relu", **fields):
    network = pl.explain.parse_network("5-3-2-1", activation=activation, weights=2.0, bias=False)
    return pl.explain(network, FIVE, 1, loss="bce", optimizer="sgd(lr=0.2)", **fields)


def test_exercise_7_forward_as_published():
    record = exercise_7().record
    assert values(stage(record, "forward", "layer 1, linear"), "z") == [30.0] * 3
    assert values(stage(record, "forward", "layer 2, linear"), "z") == [180.0] * 2
    assert values(stage(record, "forward", "layer 3, linear"), "z") == [720.0]
    (output,) = stage(record, "forward", "layer 3, sigmoid").lines
    assert output.value == 1.0
    assert not any(line.symbol.startswith("b") for each in record.stages for line in each.lines)


def test_exercise_7_the_gradient_is_not_0_and_float32_makes_it_0():
    record = exercise_7().record
    loss = stage(record, "loss", "loss").lines[0]
    assert loss.value == pytest.approx(math.exp(-720), rel=1e-9)
    assert loss.single == 0.0
    (slope,) = stage(record, "backward", "loss").lines
    assert slope.symbol == "∂L/∂z_1^(3)"
    assert slope.formula == "−1/(1 + exp(z_1^(3)))"
    assert slope.numbers == "−1/(1 + exp(720))"
    assert slope.value == pytest.approx(-math.exp(-720), rel=1e-9)
    assert slope.value < 0
    assert slope.single == 0.0
    assert "float64, as trained, gives 0" in slope.note
    first = [line for line in stage(record, "backward", "layer 1, linear").lines if line.symbol == "∂L/∂w_11^(1)"]
    # δ·w·w·w·x, summed over two ways: −e^−720 · 2 · 4 · 5.
    assert first[0].value == pytest.approx(-math.exp(-720) * 2 * 4 * 5, rel=1e-9)
    assert first[0].single == 0.0


def test_exercise_7_says_why_nothing_moved():
    still = remark(exercise_7().record, "nothing moved")
    assert still.rule == "T602"
    assert "z_1^(3) = 720" in still.sentence
    assert "−e^−720 = −2.032·10^−313" in still.sentence


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_exercise_7_no_weight_moves(activation):
    record = exercise_7(activation).record
    after = [
        line.value
        for each in record.stages
        if each.phase == "update"
        for line in each.lines
        if line.symbol.startswith("w")
    ]
    assert len(after) > 3
    assert set(after) == {2.0}


def test_exercise_7_with_sigmoids_something_is_learned():
    record = exercise_7("sigmoid").record
    assert record.value == pytest.approx(-math.log(1 / (1 + math.exp(-4 / (1 + math.exp(-6))))), rel=1e-6)
    assert not [each for each in record.remarks if each.kind == "nothing moved"]
    saturated = [each for each in record.remarks if each.kind == "saturated"]
    assert [each.place for each in saturated] == ["layer 1, sigmoid", "layer 2, sigmoid"]


def test_farther_out_than_float64_reaches_the_power_of_ten_is_told():
    network = pl.explain.parse_network("1-1", weights=2.0, bias=False)
    record = pl.explain(network, [500.0], 1, loss="bce_with_logits").record
    (slope,) = stage(record, "backward", "loss").lines
    assert slope.value == 0.0
    assert "about −10^−434.29" in slope.note
    assert remark(record, "nothing moved").rule == "T602"
