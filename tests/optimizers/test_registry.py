"""The registry of optimizers: every name of the catalogue, ranges, and defaults that are PyTorch's."""

import inspect

import pytest
import torch

from pellucid.errors import UnknownNameError, UsageError
from pellucid.optimizers import OPTIMIZERS

# The catalogue's list, in lower_snake_case.
NAMES = {
    "gradient_descent",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "adam",
    "adamw",
    "adamax",
    "nadam",
    "radam",
    "asgd",
    "rprop",
    "lbfgs",
    "sparse_adam",
    "lion",
    "muon",
    "schedule_free_adamw",
}
# Where our word for a number is not PyTorch's.
TORCH_WORDS = {
    "beta1": ("betas", 0),
    "beta2": ("betas", 1),
    "initial": ("initial_accumulator_value", None),
    "eta_minus": ("etas", 0),
    "eta_plus": ("etas", 1),
    "step_min": ("step_sizes", 0),
    "step_max": ("step_sizes", 1),
    "history": ("history_size", None),
    "coefficients": ("ns_coefficients", None),
    "iterations": ("ns_steps", None),
}
# Numbers that PyTorch has not, or has in another form; and those in which a rule differs on purpose.
OWN = {
    "momentum": {"momentum"},
    "nesterov": {"momentum"},
    "asgd": {"weight_decay"},
    "lbfgs": {"line_search", "trials"},
    "sparse_adam": {"weight_decay"},
    "muon": {"adjust_lr", "adamw_lr_factor", "adamw_beta1", "adamw_beta2", "adamw_eps"},
}


def test_the_registry_holds_the_catalogues_names():
    assert set(OPTIMIZERS.names()) == NAMES


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("SGD", "gradient_descent"),
        ("sgd", "gradient_descent"),
        ("AdamW", "adamw"),
        ("RMSprop", "rmsprop"),
        ("L-BFGS", "lbfgs"),
        ("SparseAdam", "sparse_adam"),
        ("schedule-free AdamW", "schedule_free_adamw"),
        ("nag", "nesterov"),
        ("gradient descent", "gradient_descent"),
    ],
)
def test_common_names_are_known(alias, name):
    assert OPTIMIZERS[alias].name == name


@pytest.mark.parametrize("entry", [entry for entry in OPTIMIZERS if entry.twin], ids=lambda entry: entry.name)
def test_the_twins_name_is_an_alias_and_its_defaults_are_ours(entry):
    twin = getattr(torch.optim, entry.twin.rpartition(".")[2])
    assert entry.name in ("momentum", "nesterov") or OPTIMIZERS[twin.__name__] is entry
    theirs = {name: each.default for name, each in inspect.signature(twin).parameters.items()}
    for name, default in entry.defaults.items():
        if name in OWN.get(entry.name, ()):
            continue
        word, place = TORCH_WORDS.get(name, (name, None))
        assert default == (theirs[word] if place is None else theirs[word][place]), name


@pytest.mark.parametrize("entry", list(OPTIMIZERS), ids=lambda entry: entry.name)
def test_every_entry_is_complete(entry):
    assert entry.formula and entry.purpose and entry.source
    assert entry.parameters[0].name == "lr"
    assert all(each.meaning for each in entry.parameters)
    assert not entry.momentum or entry.momentum in entry.defaults
    # Lists, flags and words cannot differ within a slice; all else is a number per member.
    assert all(each.structural or each.kind in ("number", "whole") for each in entry.parameters)


@pytest.mark.parametrize("rule", ["sgd", "momentum", "nesterov", "rmsprop", "muon"])
def test_a_momentum_of_1_is_out_of_range(rule):
    with pytest.raises(UsageError, match=r"0 ≤ momentum < 1, found .*momentum=1"):
        OPTIMIZERS(rule, momentum=1)


@pytest.mark.parametrize("entry", list(OPTIMIZERS), ids=lambda entry: entry.name)
def test_a_learning_rate_of_0_is_out_of_range(entry):
    with pytest.raises(UsageError, match=f"{entry.name} needs lr > 0, found"):
        OPTIMIZERS(entry.name, lr=0)


def test_wrong_names_offer_the_nearest():
    with pytest.raises(UnknownNameError, match=r"no optimizer 'adamm'. Did you mean 'adamw?'"):
        OPTIMIZERS("adamm")
    with pytest.raises(UnknownNameError, match=r"no parameter of gradient_descent 'momentun'. Did you mean 'momentum'"):
        OPTIMIZERS("sgd(momentun=0.9)")
    with pytest.raises(UnknownNameError, match=r"no line_search of lbfgs 'strong_wolf'. Did you mean 'strong_wolfe'"):
        OPTIMIZERS("lbfgs(line_search=strong_wolf)")
