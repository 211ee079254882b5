"""The compiled engine agrees with the batched one within rounding."""

import itertools

import numpy as np
import pytest
from made_up_compiled import PLAIN, ROWS, a_stack, a_table, after, values_of

from pellucid.training.engines.batched import Batched

pytest.importorskip("llvmlite")
from pellucid.training.engines.compiled import Compiled

ACTIVATIONS = (
    "identity",
    "relu",
    "leaky_relu(slope=0.2)",
    "relu6",
    "hard_tanh(low=-0.5,high=0.7)",
    "hard_tanh(low=0.2,high=0.7)",
    "hard_sigmoid",
    "hard_swish",
    "sigmoid",
    "tanh",
    "softsign",
    "silu",
    "gelu",
    "gelu_tanh",
    "mish",
    "softplus",
    "softplus(beta=3,threshold=1)",
    "elu(alpha=0.7)",
    "celu(alpha=0.6)",
    "selu",
)
LOSSES = (
    ("regression", 1, "mse"),
    ("regression", 3, "mse"),
    ("regression", 1, "l1"),
    ("regression", 3, "huber(delta=0.3)"),
    ("regression", 1, "smooth_l1(beta=0.3)"),
    ("regression", 1, "quantile(levels=[0.3])"),
    ("binary", 1, "bce_with_logits"),
    ("binary", 1, "bce_with_logits(pos_weight=3,label_smoothing=0.1)"),
    ("multilabel", 3, "bce_with_logits(pos_weight=[1,2,3])"),
    ("binary", 1, "cross_entropy"),
    ("multiclass", 1, "cross_entropy"),
    ("multiclass", 1, "cross_entropy(label_smoothing=0.2)"),
    ("distribution", 1, "cross_entropy"),
    ("distribution", 1, "cross_entropy(label_smoothing=0.1)"),
)
OPTIMIZERS = (
    "sgd",
    "sgd(momentum=0.9)",
    "sgd(momentum=0.9,dampening=0.3)",
    "sgd(momentum=0.9,nesterov=true)",
    "momentum",
    "nesterov",
    "adam",
    "adamw",
    "rmsprop",
    "rmsprop(momentum=0.5)",
    "rmsprop(centered=true)",
    "rmsprop(centered=true,momentum=0.5)",
    "lion",
)
OPTIONS = (
    {"l1": 0.01},
    {"l2": 0.1},
    {"penalty": "l2(strength=0.3,on=first)+l1(strength=0.01,on=last)"},
    {"clip_norm": 0.2},
    {"clip_value": 0.02},
    {"clip_norm": 0.2, "clip_value": 0.05, "l2": 0.1},
    {"decay_biases": False, "weight_decay": 0.3, "l2": 0.1},
    {"width_scaled_lr": True},
    {"lr_factors": (("bias", 0.0), ("weight", 2.0)), "weight_decay": 0.1},
    {"dropout": 0.3},
    {"dropout": 0.3, "regularisation_schedule": "cosine"},
    {"schedule": "cosine"},
    {"optimizer": "sgd(momentum=0.9)", "momentum_schedule": "sutskever"},
    {"drop_last": True},
    {"hidden": ()},
    {"hidden": (33,)},
    {"hidden": (8, 7)},
    {"hidden": (20, 9), "activation": "relu"},
    {"hidden": (72, 3), "activation": "relu", "clip_norm": 0.2},
    {"hidden": (9,), "activation": "relu", "dropout": 0.2},
    {"hidden": (8,), "activation": "softplus", "output_activation": "relu", "loss": "mse"},
    {"hidden": (16, 48, 16)},
    {"hidden": (130,), "lr": 0.001},
    {"batch_size": 1000},
    {"output_activation": "softplus", "loss": "mse"},
)


def assert_agreement(recipes, table=None, *, epochs=3, within=5e-6, **how):
    ours, theirs = (a_stack(recipes, table, **how) for _ in range(2))
    assert Compiled.refuses(ours) is None
    before = values_of(ours)
    losses = after(Compiled, ours, epochs)
    np.testing.assert_allclose(losses, after(Batched, theirs, epochs), rtol=1e-6)
    assert (ours.optimizer.steps == theirs.optimizer.steps).all()
    found, wanted = values_of(ours), values_of(theirs)
    assert any(not np.array_equal(found[name], before[name]) for name in found)
    for name, values in wanted.items():
        assert np.abs(found[name] - values).max() <= within * max(np.abs(values).max(), 1e-3), name


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_one_step_of_every_activation(activation):
    shape = PLAIN.replace(batch_size=1000, activation=activation, optimizer="sgd", lr=0.1)
    assert_agreement([shape, shape.replace(seed=1)], epochs=1, within=1e-6, scale=1.0)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_epochs_of_every_activation(activation):
    assert_agreement([PLAIN.replace(activation=activation, seed=seed) for seed in range(2)])


@pytest.mark.parametrize(("task", "columns", "loss"), LOSSES)
def test_epochs_of_every_loss(task, columns, loss):
    recipes = [PLAIN.replace(loss=loss, activation="tanh", seed=seed) for seed in range(2)]
    assert_agreement(recipes, a_table(task, columns=columns))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_epochs_of_every_optimizer(optimizer):
    shape = PLAIN.replace(optimizer=optimizer, weight_decay=0.02, activation="tanh")
    # The difference of two nearly equal numbers that a centred rule divides by has fewer digits.
    assert_agreement([shape, shape.replace(seed=1, lr=0.003)], within=1e-4 if "centered" in optimizer else 5e-6)


@pytest.mark.parametrize("option", OPTIONS, ids=str)
def test_epochs_with_every_option(option):
    shape = PLAIN.replace(activation="sigmoid", optimizer="sgd", lr=0.05).replace(**option)
    assert_agreement([shape, shape.replace(seed=1)])


def test_rows_of_unequal_weight():
    weights = np.random.default_rng(3).uniform(0.1, 3.0, ROWS)
    assert_agreement([PLAIN, PLAIN.replace(seed=1)], weights=(weights, None))


def test_rows_that_only_fill_a_batch_up():
    assert_agreement([PLAIN.replace(batch_size=20, seed=seed) for seed in range(2)], rows=np.arange(3, 50))


def test_members_that_differ_in_everything():
    kinds = itertools.product(("relu", "tanh", "gelu"), ("mse", "huber"), ("adamw", "sgd", "sgd(momentum=0.9)"))
    assert_agreement(
        [
            PLAIN.replace(
                activation=activation, loss=loss, optimizer=optimizer, seed=n, lr=0.002 * (1 + n), dropout=n / 40
            )
            for n, (activation, loss, optimizer) in enumerate(kinds)
        ]
    )


# With so large a guard, rounding does not grow where a gradient is nearly 0 and is divided by its own size.
WELL_CONDITIONED = ("sgd(momentum=0.9)", "nesterov", "adamw(eps=0.01)", "rmsprop(eps=0.01)")


@pytest.mark.slow
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("task", "columns", "loss"), LOSSES)
def test_every_pair_of_activation_and_loss(activation, task, columns, loss):
    recipes = [
        PLAIN.replace(activation=activation, loss=loss, optimizer=optimizer, seed=seed, dropout=0.1, lr=0.01)
        for seed, optimizer in enumerate(WELL_CONDITIONED)
    ]
    assert_agreement(recipes, a_table(task, columns=columns), within=2e-5)
