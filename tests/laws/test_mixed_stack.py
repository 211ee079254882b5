"""Law 1 for stacks that mix kinds: hundreds of members, each what it is alone, bit for bit."""

import numpy as np
import pytest

from pellucid.records import Recipe
from pellucid.training import train

ACTIVATIONS = (
    "relu",
    "tanh",
    "gelu",
    "silu",
    "mish",
    "selu",
    "elu(alpha=0.5)",
    "leaky_relu(slope=0.2)",
    "softplus",
    "sigmoid",
    "prelu",
    "crelu",
)
LOSSES = ("mse", "l1", "huber(delta=0.5)", "smooth_l1(beta=0.3)", "log_cosh", "quantile(levels=[0.3])")
OPTIMIZERS = (
    "adamw",
    "adam(beta1=0.5)",
    "sgd(momentum=0.9)",
    "rmsprop",
    "adagrad",
    "nadam",
    "lion(lr=0.001)",
    "muon",
)
WIDTHS = ((8,), (20, 12), (33,))
SCHEDULES = ("constant", "cosine", "step(every=1)", "exponential")
PENALTIES = ("", "l1(strength=0.01)", "max_norm(limit=1)", "elastic_net(strength=0.02)")
INITIALIZERS = ("pytorch", "kaiming_normal", "xavier_uniform", "orthogonal", "data")


def a_table(rows=96, width=7, seed=0):
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows, width))
    return X, 2 * X[:, 0] + np.sin(3 * X[:, -1]) + generator.normal(0, 0.3, rows)


def mixed(count):
    """Recipes of every kind, in an order that has nothing to do with the kinds."""
    draw = np.random.default_rng(1)
    return [
        Recipe(
            hidden=WIDTHS[member % len(WIDTHS)],
            activation=ACTIVATIONS[member % len(ACTIVATIONS)],
            loss=LOSSES[draw.integers(len(LOSSES))],
            optimizer=OPTIMIZERS[draw.integers(len(OPTIMIZERS))],
            schedule=SCHEDULES[draw.integers(len(SCHEDULES))],
            penalty=PENALTIES[draw.integers(len(PENALTIES))],
            initialisation=INITIALIZERS[draw.integers(len(INITIALIZERS))],
            l2=float(draw.choice([0.0, 0.01])),
            dropout=float(draw.choice([0.0, 0.2])),
            input_noise=float(draw.choice([0.0, 0.1])),
            gradient_noise=float(draw.choice([0.0, 0.01])),
            clip_norm=draw.choice([None, 1.0]),
            clip_value=draw.choice([None, 0.5]),
            epochs=int(draw.integers(1, 4)),
            seed=int(draw.integers(1 << 40)),
        )
        for member in range(count)
    ]


def equal_alone(recipes, together, members, X, y, **options):
    for member in members:
        alone = train(recipes[member], X, y, **options)
        left, right = together.parameters(member), alone.parameters(0)
        assert list(left) == list(right)
        for name in left:
            np.testing.assert_array_equal(left[name], right[name], err_msg=f"{name} of {recipes[member]}")
        np.testing.assert_array_equal(together.loss[member][: alone.loss.shape[1]], alone.loss[0])


@pytest.mark.parametrize("norm", ["none", "batch_norm", "layer_norm"])
def test_a_mixed_stack_computes_what_its_members_compute_alone(norm):
    X, y = a_table()
    recipes = [recipe.replace(norm=norm) for recipe in mixed(48)]
    together = train(recipes, X, y, validation=a_table(40, seed=5))
    equal_alone(recipes, together, range(0, 48, 3), X, y, validation=a_table(40, seed=5))


@pytest.mark.slow
def test_three_hundred_members_of_all_kinds_are_each_what_they_are_alone():
    """12 activations, 6 losses, 8 optimizers, 3 widths in one call."""
    X, y = a_table()
    recipes = mixed(300)
    for field, kinds in (("activation", 12), ("loss", 6), ("optimizer", 8), ("hidden", 3)):
        assert len({getattr(recipe, field) for recipe in recipes}) == kinds
    together = train(recipes, X, y)
    equal_alone(recipes, together, range(300), X, y)


def test_classes_of_all_kinds_train_together():
    X, y = a_table()
    labels = (y > 0).astype(int) + (y > 2)
    losses = ("cross_entropy", "cross_entropy(label_smoothing=0.1)", "focal(gamma=2)", "multi_margin", "nll")
    recipes = [
        Recipe(loss=losses[member % 5], activation=ACTIVATIONS[member % 7], epochs=2, seed=member, class_weight=weight)
        for member, weight in enumerate(["none", "balanced", (1.0, 2.0, 3.0)] * 5)
    ]
    together = train(recipes, X, labels)
    equal_alone(recipes, together, range(15), X, labels)
