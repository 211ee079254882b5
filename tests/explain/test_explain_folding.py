"""Wide layers and long batches are folded; nothing is lost, because the arrays hold every number."""

import re

import numpy as np
import pytest

import pellucid as pl

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(40, 30))
Y = DRAW.integers(0, 20, 40)
RECIPE = pl.Recipe(hidden=(50,), activation="tanh", loss="cross_entropy")


@pytest.fixture(scope="module")
def record():
    return pl.explain(RECIPE, X, Y, row=7).record


def stage(record, phase, title):
    (found,) = [each for each in record.stages if each.phase == phase and each.title.startswith(title)]
    return found


def test_a_long_sum_shows_its_largest_terms_and_the_rest_together(record):
    line = stage(record, "forward", "layer 1, linear").lines[0]
    assert line.formula.count("·") == 8
    assert "… 22 more" in line.formula
    shown, _, rest = line.numbers.partition("… 22 more = ")
    terms = [
        float(a.strip("()").replace("−", "-")) * float(b.strip("()").replace("−", "-"))
        for a, b in (term.split("·") for term in shown.rstrip(" +").split(" + "))
    ]
    others = [float(each.strip("()").replace("−", "-")) for each in rest.split(" + ")]
    assert sum(terms) + sum(others) == pytest.approx(line.value, abs=5e-3)


def test_a_wide_layer_shows_the_same_units_forward_and_backward(record):
    linear, curve = stage(record, "forward", "layer 1, linear"), stage(record, "forward", "layer 1, tanh")
    back = stage(record, "backward", "layer 1, tanh")
    assert len(linear.lines) == len(curve.lines) == len(back.lines) == 8
    assert linear.folded == curve.folded == back.folded == 42
    assert [line.symbol[1:] for line in linear.lines] == [line.symbol[1:] for line in curve.lines]
    assert [line.symbol.removeprefix("∂L/∂") for line in back.lines] == [line.symbol for line in linear.lines]


def test_the_units_that_are_shown_matter_most(record):
    a = np.array(stage(record, "forward", "layer 1, tanh").arrays["a"])[7]
    slopes = np.array(stage(record, "backward", "layer 1, tanh").arrays["∂L/∂a^(1)"])[7]
    told = {
        int(re.search(r"_\{?(\d+)", line.symbol)[1]) - 1 for line in stage(record, "forward", "layer 1, tanh").lines
    }
    assert len(told) == 8
    assert np.abs(a * slopes)[sorted(told)].min() >= np.sort(np.abs(a * slopes))[-8] - 1e-15


def test_the_targets_class_is_among_the_outputs_shown(record):
    symbols = [line.symbol for line in stage(record, "forward", "layer 2, linear").lines]
    target = Y[7] + 1
    assert (f"z_{{{target}}}^(2)" if target > 9 else f"z_{target}^(2)") in symbols


def test_arrays_hold_every_number(record):
    back = stage(record, "backward", "layer 1, linear").arrays
    assert np.shape(back["∂L/∂W^(1)"]) == (50, 30)
    assert np.shape(back["∂L/∂b^(1)"]) == (50,)
    forward = stage(record, "forward", "layer 1, linear").arrays
    assert np.shape(forward["z"]) == (40, 50)
    np.testing.assert_allclose(
        np.array(forward["z"]), X @ np.array(forward["W^(1)"]).T + np.array(forward["b^(1)"]), atol=1e-12
    )


def test_a_weight_is_told_for_the_row_and_as_the_mean(record):
    back = stage(record, "backward", "layer 2, linear")
    line = next(line for line in back.lines if line.symbol.startswith("∂L/∂w"))
    assert line.note.startswith("mean over 40 rows ")
    slopes = np.array(back.arrays["∂L/∂z^(2)"]) * 40
    a = np.array(stage(record, "forward", "layer 1, tanh").arrays["a"])
    np.testing.assert_allclose(np.array(back.arrays["∂L/∂W^(2)"]), slopes.T @ a / 40, atol=1e-12)
    assert any(line.value == pytest.approx(value) for value in (slopes[7][:, None] * a[7]).ravel())


def test_a_pass_of_many_rows_is_told_in_few_lines(record):
    assert sum(len(each.lines) for each in record.stages) < 250
    assert record.rows == 40


def test_a_network_of_one_layer_needs_no_layer_numbers():
    record = pl.explain(pl.Recipe(hidden=()), [[1.0, 2.0]], [0.5]).record
    assert not [line.symbol for each in record.stages for line in each.lines if "^(" in line.symbol]
