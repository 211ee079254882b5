"""What ``explain`` tells is what autograd computes, for every activation with every loss and every optimizer."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from made_up_subjects import ACTIVATION_NAMES, LOSS_NAMES, OPTIMIZER_NAMES, subject

from pellucid.activations import ACTIVATIONS
from pellucid.errors import ContractError, MismatchError
from pellucid.explain.checking import TOLERANCE, check_pass
from pellucid.explain.exact import exact_pass
from pellucid.explain.explaining import explain_subject
from pellucid.explain.notation.evaluating import work_out
from pellucid.explain.passing import run_pass
from pellucid.explain.regularising import regularise
from pellucid.explain.subject import tensors
from pellucid.explain.updates import start_update
from pellucid.objectives import LOSSES, contract_table
from pellucid.optimizers import OPTIMIZERS
from pellucid.training.settling import optimizer_numbers

# Outputs of these are no probabilities, so that bce takes logarithms of what has none.
NO_PROBABILITIES = ("log_softmax", "log_sigmoid", "exp", "increasing")


def is_told(activation, loss):
    return not (loss == "bce" and activation in NO_PROBABILITIES)


@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_every_activation_with_every_loss_equals_autograd(activation):
    compared = 0
    for loss in LOSS_NAMES:
        if is_told(activation, loss):
            own = subject(activation, loss, units=2)
            told = run_pass(own)
            checks, _, lost = check_pass(own, told, exact=exact_pass(own, told))
            assert not lost, loss
            # PyTorch's own bce, which stands in where autograd of ours gives NaN, holds its least slope in float32.
            assert checks[0].largest <= (10 * TOLERANCE if loss == "bce" else TOLERANCE), loss
            compared += checks[0].compared
    assert compared > 100


@pytest.mark.parametrize("activation", ["log_sigmoid", "exp"])
def test_bce_of_what_is_no_probability_is_refused_in_a_sentence(activation):
    with pytest.raises(ContractError, match=r"L104.*bce reads probabilities, and the network's output is "):
        explain_subject(subject(activation, "bce", units=8))


@pytest.mark.parametrize("optimizer", OPTIMIZER_NAMES)
def test_two_steps_of_every_optimizer_equal_the_trainers_own(optimizer):
    record = explain_subject(subject("tanh", "mse", optimizer), steps=2)
    against = {check.against: check for check in record.checks}
    assert set(against) == {"autograd", "the trainer's own update"}
    assert all(check.largest <= TOLERANCE for check in record.checks)
    # Rules that keep averages of the weights have those compared as well.
    assert against["the trainer's own update"].compared >= 2 * (3 * 4 + 4 + 4 + 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"norm": "batch_norm"},
        {"norm": "layer_norm"},
        {"dropout": 0.5, "input_noise": 0.1},
        {"l1": 0.01, "l2": 0.1, "clip_norm": 0.1},
        {"clip_value": 0.01, "gradient_noise": 0.1},
        {"parametric_activation": True, "input_scale": True},
        {"number_frequencies": 16},
        {"penalty": "max_norm(limit=0.5)", "lr_factors": (("bias", 0.1),), "width_scaled_lr": True},
    ],
    ids=str,
)
def test_everything_that_a_recipe_does_to_a_step_equals_autograd(fields):
    record = explain_subject(subject("gelu", "mse", "adam", units=5, **fields), steps=2)
    assert all(check.largest <= TOLERANCE for check in record.checks)


ALLOWED = sorted({(row.loss, row.task) for row in contract_table() if row.allowed})


@pytest.mark.parametrize(("loss", "task"), ALLOWED)
def test_every_loss_with_every_target_that_it_reads_is_told(loss, task):
    record = explain_subject(subject("tanh", loss, task=task, units=2))
    (stage,) = [stage for stage in record.stages if stage.phase == "loss"]
    values = [line.value for line in stage.lines if line.symbol == "L"]
    assert values == [pytest.approx(record.value, rel=1e-12)]


FUNCTIONS = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "cosh": np.cosh,
    "sin": np.sin,
    "cos": np.cos,
    "Φ": lambda x: 0.5 * (1 + math.erf(x / 2**0.5)),
    "φ": lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "relu": lambda x: max(0.0, x),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / 2**0.5)),
    "silu": lambda x: x / (1 + np.exp(-x)),
}


def lines_worked_out(record):
    """(line, what its numbers come to), for all lines whose numbers are plain arithmetic."""
    for stage in record.stages:
        for line in stage.lines:
            if stage.phase == "update" or not line.numbers or "…" in line.numbers:
                continue
            try:
                yield line, float(work_out(line.numbers, {}, FUNCTIONS))
            except ValueError:
                assert line.numbers.count(" if ") > 1, line  # cases behind one another are read, not worked out


@pytest.mark.parametrize(
    ("activation", "loss"), [*((name, "mse") for name in ACTIVATION_NAMES), *(("tanh", name) for name in LOSS_NAMES)]
)
def test_the_numbers_that_are_put_in_come_to_the_value(activation, loss):
    count = 0
    for line, found in lines_worked_out(explain_subject(subject(activation, loss, units=2))):
        # Four digits of every number are shown.
        assert found == pytest.approx(line.value, rel=5e-3, abs=2e-3), line
        count += 1
    assert count > 15


@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm"])
def test_the_numbers_of_a_normalisation_come_to_the_value(norm):
    own = subject("tanh", "mse", units=5, norm=norm)
    drawn = np.random.default_rng(0)
    arrays = {name: drawn.normal(size=array.shape) for name, array in own.parameters.arrays(0).items()}
    for statistics in ("2.mean", "2.variance"):
        arrays |= {statistics: np.abs(arrays[statistics]) + 0.5} if statistics in arrays else {}
    parameters = tensors(own.network, arrays, own.parameters.groups)
    for training in (True, False):
        record = explain_subject(replace(own, parameters=parameters, training=training))
        told = [stage for stage in record.stages if "norm" in stage.title]
        assert [stage.phase for stage in told] == ["forward", "backward"]
        for line, found in lines_worked_out(record):
            assert found == pytest.approx(line.value, rel=1e-2, abs=5e-3), line


def test_a_wrong_derivative_of_an_activation_is_a_mismatch(monkeypatch):
    entry = ACTIVATIONS["softsign"]
    wrong = lambda dy, x, y, numbers: dy / (1.0 + x.abs())  # noqa: E731
    monkeypatch.setitem(ACTIVATIONS._entries, "softsign", replace(entry, pull=wrong))
    monkeypatch.setitem(ACTIVATIONS._known, "softsign", (replace(entry, pull=wrong), {}))
    ACTIVATIONS._read.clear()
    try:
        with pytest.raises(MismatchError, match=r"∂L/∂z\^\(1\).* by autograd") as caught:
            explain_subject(subject("softsign", "mse"))
        assert caught.value.found != caught.value.expected
    finally:
        ACTIVATIONS._read.clear()


def test_a_wrong_gradient_of_a_loss_is_a_mismatch():
    own = subject("tanh", "log_cosh")
    entry = own.objective.loss.entry
    loss = replace(own.objective.loss, entry=replace(entry, gradient=lambda z, y, n: 2 * entry.gradient(z, y, n)))
    with pytest.raises(MismatchError, match=r"∂L/∂z\^\(2\)"):
        explain_subject(replace(own, objective=replace(own.objective, loss=loss)))


def test_a_corner_is_no_mismatch_and_is_told():
    own = subject("leaky_relu", "mse")
    arrays = {name: np.zeros_like(array) for name, array in own.parameters.arrays(0).items()}
    arrays["4.weight"][:] = 1.0
    own = replace(own, parameters=tensors(own.network, arrays, own.parameters.groups))
    record = explain_subject(own)
    assert [remark.kind for remark in record.remarks if remark.kind == "corner"] == ["corner"]
    assert record.checks[0].largest <= TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_every_activation_loss_and_optimizer_equals_autograd_and_the_trainer(activation):
    rules = [OPTIMIZERS(name) for name in OPTIMIZER_NAMES]
    for loss in LOSS_NAMES:
        if not is_told(activation, loss):
            continue
        own = subject(activation, loss)
        told = run_pass(own)
        check_pass(own, told, exact=exact_pass(own, told))
        for rule in rules:
            parameters = own.parameters.take([0])
            updater = start_update(rule, parameters, optimizer_numbers(own.recipe.replace(optimizer=str(rule)), rule))
            moving = replace(own, parameters=parameters)
            gradients = regularise(own, told, 0).gradients

            def again(moving=moving, gradients=gradients):
                fresh = run_pass(moving)
                for name, gradient in gradients.views.items():
                    gradient.copy_(fresh.gradients.views[name])
                return np.array([fresh.value])

            # A mismatch raises.
            assert updater.step(gradients, (), again).check.largest <= TOLERANCE


def test_the_registries_are_those_that_were_meant():
    assert len(ACTIVATION_NAMES) == len(ACTIVATIONS) > 40
    assert len(LOSS_NAMES) == len(LOSSES) > 25
    assert len(OPTIMIZER_NAMES) == len(OPTIMIZERS) == 18
    assert torch.get_default_dtype() == torch.float32


@pytest.mark.parametrize(
    ("activation", "loss", "weights", "inputs"),
    [
        ("sigmoid", "mse", 1.0, 1e6),
        ("silu", "cross_entropy", 10.0, 1e6),
        ("tanh", "focal", 100.0, 100.0),
        ("relu", "gaussian_nll", 100.0, 100.0),
        ("softsign", "hinge", 1e20, 1.0),
        ("gelu", "mse", 1e160, 1.0),
    ],
)
def test_what_is_too_large_to_be_checked_is_told_and_said(activation, loss, weights, inputs):
    own = subject(activation, loss, units=4)
    arrays = {name: array * weights for name, array in own.parameters.arrays(0).items()}
    data = replace(own.data, inputs=own.data.inputs * inputs)
    record = explain_subject(replace(own, data=data, parameters=tensors(own.network, arrays, own.parameters.groups)))
    unchecked = [each for each in record.remarks if each.kind == "unchecked"]
    assert unchecked or all(check.largest <= TOLERANCE for check in record.checks)
    assert all("could not be checked" in each.sentence for each in unchecked)


def test_a_derivative_that_is_wrong_at_ordinary_sizes_is_never_let_pass_as_too_large():
    own = subject("tanh", "mse")
    entry = own.objective.loss.entry
    loss = replace(own.objective.loss, entry=replace(entry, gradient=lambda z, y, n: entry.gradient(z, y, n) + 1e-6))
    with pytest.raises(MismatchError):
        explain_subject(replace(own, objective=replace(own.objective, loss=loss)))
