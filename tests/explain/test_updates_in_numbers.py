"""Updates in exact numbers: small enough to be checked with a pencil."""

import math

import numpy as np
import pytest
import torch

from pellucid.explain.symbols import Shown
from pellucid.explain.updates import start_update
from pellucid.networks.layout import Group, ParameterSpec, Tensors
from pellucid.optimizers import OPTIMIZERS

SPECS = (ParameterSpec("0.weight", (16, 16), (2, 1), (2, 1), "weight"),)
FIRST = Shown("0.weight", (0, 0), "v_1")


def one(weights, *, decays=True):
    tensors = Tensors(SPECS, (Group(("0.weight",), 1.0, decays),), 1, dtype=torch.float64)
    tensors.load(0, {"0.weight": np.array(weights).reshape(2, 1)})
    return tensors


def lines_of(told):
    return {line.symbol: line for line in told.stages[-1].lines}


def test_the_first_step_of_adam_is_the_learning_rate():
    """The sketch of EXPERIENCE: g = −0.376 gives m = −0.0376, v = 0.000141, m̂ = −0.376, v̂ = 0.141, Δ = 0.01."""
    parameters = one([0.7, 0.2])
    told = start_update(OPTIMIZERS("adam(lr=0.01)"), parameters, {}).step(one([-0.376, 0.1]), [FIRST])
    lines = lines_of(told)
    assert lines["g"].formula == "∂L/∂v_1"
    assert lines["m"].numbers == "0.9·0 + (1 − 0.9)·(−0.376)"
    assert lines["m"].value == pytest.approx(-0.0376)
    assert lines["v"].value == pytest.approx(0.000141376)
    assert lines["m̂"].value == pytest.approx(-0.376)
    assert lines["v̂"].value == pytest.approx(0.141376)
    assert lines["Δv_1"].value == pytest.approx(0.01, rel=1e-6)
    assert lines["v_1"].formula == "v_1 + Δv_1"
    assert lines["v_1"].value == parameters.arrays(0)["0.weight"][0, 0] == pytest.approx(0.71)


def test_a_second_step_goes_on_from_the_first():
    parameters = one([0.0, 0.0])
    updater = start_update(OPTIMIZERS("momentum(lr=0.1, momentum=0.5)"), parameters, {})
    updater.step(one([1.0, 0.0]), [FIRST])
    told = updater.step(one([1.0, 0.0]), [FIRST])
    assert told.stages[0].title == "momentum, step 2"
    assert lines_of(told)["v"].numbers == "0.5·1 + 1"
    assert lines_of(told)["v_1"].value == pytest.approx(-0.25)


def test_numbers_of_the_recipe_win():
    parameters = one([1.0, 1.0])
    told = start_update(OPTIMIZERS("adamw"), parameters, {"lr": 0.5, "weight_decay": 0.2}).step(one([0, 0]), [FIRST])
    assert lines_of(told)["Δv_1"].formula.endswith("− lr·λ·v_1")
    assert parameters.arrays(0)["0.weight"][0, 0] == pytest.approx(0.9)


def test_weights_that_do_not_decay_say_nothing_of_decay():
    told = start_update(OPTIMIZERS("adamw"), one([1.0, 1.0], decays=False), {}).step(one([1, 1]), [FIRST])
    assert "λ" not in lines_of(told)["Δv_1"].formula


def test_adadelta_begins_with_steps_of_the_size_of_its_guard():
    """Zeiler (2012): d = g·√(u + ε)/√(v + ε) with u = 0 and v = 0.1·g²."""
    told = start_update(OPTIMIZERS("adadelta"), one([0.0, 0.0]), {}).step(one([2.0, 0.0]), [FIRST])
    assert lines_of(told)["d"].value == pytest.approx(2.0 * math.sqrt(1e-6) / math.sqrt(0.4 + 1e-6))


def test_rprop_leaves_out_a_step_whose_sign_has_turned():
    parameters = one([0.0, 0.0])
    updater = start_update(OPTIMIZERS("rprop(lr=0.1)"), parameters, {})
    updater.step(one([1.0, 1.0]), [FIRST])
    lines = lines_of(updater.step(one([-1.0, 1.0]), [FIRST]))
    assert (lines["q"].value, lines["k"].value, lines["s"].value, lines["Δv_1"].value) == (-1, 0.5, 0.05, 0)


def test_averages_that_predict_are_told():
    updater = start_update(OPTIMIZERS("asgd(lr=1, t0=0, weight_decay=0)"), one([0.0, 0.0]), {})
    values = [lines_of(updater.step(one([1.0, 0.0]), [FIRST]))["a"].value for _ in range(3)]
    assert values == [-1.0, -2.0, -2.5]


def test_a_line_search_tells_its_trials():
    """½·w² from 1 along −w: the first length is min(1, 1/Σ|g|)·lr = 1, and it ends at the bottom."""
    parameters, gradients = one([1.0, 0.0]), one([1.0, 0.0])

    def again():
        gradients.load(0, parameters.arrays(0))
        return np.array([0.5 * float((parameters.arrays(0)["0.weight"] ** 2).sum())])

    updater = start_update(OPTIMIZERS("lbfgs(line_search=strong_wolfe)"), parameters, {})
    told = updater.step(gradients, [FIRST], again)
    shared = {line.symbol: line for line in told.stages[0].lines}
    assert shared["L_1"].note == "trial 1: slope 0, low and flat enough"
    assert shared["t"].value == 1.0
    assert parameters.arrays(0)["0.weight"].tolist() == [[0.0], [0.0]]
    still = updater.step(gradients, [FIRST], again)
    assert still.stages[0].sentence == "The gradient is as good as 0: nothing moves."
    assert len(still.stages) == 1


def test_what_overflows_is_told_and_agrees():
    told = start_update(OPTIMIZERS("sgd(lr=1e10)"), one([1.0, 1.0]), {}).step(one([1e300, 1.0]), [FIRST])
    assert lines_of(told)["v_1"].value == -math.inf
    told = start_update(OPTIMIZERS("adam"), one([1.0, 1.0]), {}).step(one([math.nan, 1.0]), [FIRST])
    assert math.isnan(lines_of(told)["v_1"].value)
    assert told.check.largest < 1e-12


def test_all_numbers_are_there():
    told = start_update(OPTIMIZERS("adam"), one([1.0, 2.0]), {}).step(one([1.0, 2.0]), [FIRST])
    arrays = told.stages[0].arrays["0.weight"]
    assert set(arrays) >= {"before", "g", "m", "v", "after"}
    assert arrays["before"] == [[1.0], [2.0]]
    assert told.stages[0].folded == 1
    assert told.check.against == "the trainer's own update"
