"""Every loss, with every head that it is allowed, trains a tiny problem to its known optimum.

Rows that are all alike leave a linear network nothing but its biases: outputs are one vector z for all rows, and the
best training loss is the smallest that any z gives, which SciPy looks for without our gradients and optimisers.
"""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from pellucid.activations import ACTIVATIONS
from pellucid.objectives import LOSSES, StackObjective, choose, contract_table
from pellucid.records import Recipe, TargetSpec
from pellucid.training import Setting, StackRows, TrainingData, train, train_members
from pellucid.training.targets import read_targets

ROWS = 48
ALLOWED = {}
for _row in contract_table():
    if _row.allowed:
        ALLOWED.setdefault(_row.task, []).append(_row.loss)

draw = np.random.default_rng(0)
SHARES = draw.dirichlet([2.0, 1.0, 0.5], ROWS)
TARGETS = {
    "binary": (np.arange(ROWS) % 4 == 0).astype(int),
    "multiclass": np.array([0, 0, 0, 1, 1, 2] * 8),
    "ordinal": np.array([0, 1, 1, 2, 2, 2] * 8),
    "multilabel": (draw.random((ROWS, 3)) < [0.2, 0.5, 0.8]).astype(float),
    "distribution": SHARES,
    "regression": draw.gamma(2.0, 0.7, ROWS) + 0.1,
    "count": draw.poisson(1.7, ROWS).astype(float),
    "quantile": draw.normal(0.5, 1.0, ROWS),
}
# Classes enough for a head and a cluster; several levels, so that they could cross.
NUMBERS = {
    ("multiclass", "adaptive_log_softmax"): {"cutoffs": [2]},
    ("quantile", "quantile"): {"levels": [0.1, 0.5, 0.9]},
}


def choices(task):
    return [str(LOSSES(name, **NUMBERS.get((task, name), {}))) for name in ALLOWED[task]]


def least(loss, target, values):
    """The smallest mean loss that one vector of outputs for all rows can have."""
    objective = choose(loss, target)
    stack = StackObjective([objective])
    link = ACTIVATIONS(objective.link)
    targets = torch.as_tensor(values).unsqueeze(0)
    weights = torch.full((1, ROWS), 1 / ROWS, dtype=torch.float64)

    def value(z):
        outputs = link(torch.as_tensor(z, dtype=torch.float64).view(1, 1, -1)).expand(1, ROWS, -1)
        return float(stack.losses(outputs.contiguous(), targets, weights))

    width = link.entry.takes(objective.outputs, link.numbers) if link.entry.takes else objective.outputs
    starts = [np.zeros(width), np.linspace(1, -1, width)]
    # Quasi-Newton steps come near wherever the loss is smooth; the simplex then needs no slope to settle into a kink.
    near = min((minimize(value, start, method="BFGS") for start in starts), key=lambda found: found.fun)
    options = {"maxfev": 1500, "xatol": 1e-8, "fatol": 1e-10}
    return float(minimize(value, near.x, method="Nelder-Mead", options=options).fun)


@pytest.mark.parametrize("task", TARGETS)
def test_every_loss_on_rows_finds_its_optimum(task):
    X = np.ones((ROWS, 1))
    shape = Recipe(hidden=(), optimizer="adam(beta2=0.99)", lr=0.1, epochs=400, batch_size=ROWS, schedule="cosine")
    losses = choices(task)
    result = train([shape.replace(loss=loss) for loss in losses], X, TARGETS[task], task=task, dtype=torch.float64)
    targets = read_targets(TARGETS[task], task, torch.float64)
    for member, loss in enumerate(losses):
        best = least(loss, targets.spec, targets.values)
        # Smoothed labels and the like are the loss's own; kinks and far optima are neared, not met.
        assert result.loss[member, -1] == pytest.approx(best, abs=2e-3), loss
        # A flat optimum may be where training happens to begin (multi_margin among ordered classes).
        if result.loss[member, 0] > best + 2e-3:
            assert result.loss[member, -1] < result.loss[member, 0], loss


def entropy(shares):
    shares = np.asarray(shares)[np.asarray(shares) > 0]
    return float(-(shares * np.log(shares)).sum())


@pytest.mark.parametrize(
    ("task", "loss", "best"),
    [
        ("binary", "bce_with_logits", entropy([0.25, 0.75])),
        ("binary", "bce", entropy([0.25, 0.75])),
        ("binary", "squared_hinge", 4 * 0.25 * 0.75),
        ("binary", "exponential", 2 * (0.25 * 0.75) ** 0.5),
        ("binary", "hinge", 2 * 0.25),
        ("multiclass", "cross_entropy", entropy([1 / 2, 1 / 3, 1 / 6])),
        ("multiclass", "nll", entropy([1 / 2, 1 / 3, 1 / 6])),
        ("distribution", "cross_entropy", entropy(SHARES.mean(axis=0))),
        ("regression", "mse", TARGETS["regression"].var()),
        ("regression", "l1", np.abs(TARGETS["regression"] - np.median(TARGETS["regression"])).mean()),
        ("regression", "gaussian_nll", 0.5 * (1 + np.log(TARGETS["regression"].var()))),
        ("count", "poisson_nll", TARGETS["count"].mean() * (1 - np.log(TARGETS["count"].mean()))),
    ],
)
def test_the_optimum_that_scipy_finds_is_the_one_on_paper(task, loss, best):
    targets = read_targets(TARGETS[task], task, torch.float64)
    assert least(loss, targets.spec, targets.values) == pytest.approx(best, abs=1e-6)


def units_of(task):
    """Rows in two clusters, and units of them whose loss can reach 0."""
    clusters = np.repeat([[1.0, 0.0], [0.0, 1.0]], 8, axis=0)
    alike = [(i, (i + 1) % 8) for i in range(8)]
    apart = [(i, i + 8) for i in range(8)]
    if task == "similarity":
        return (
            clusters,
            np.array(alike + apart),
            np.array([1.0] * 8 + [-1.0] * 8),
            TargetSpec(task=task, rows=2, columns=2),
        )
    if task == "triplets":
        triplets = np.array([(i, (i + 1) % 8, i + 8) for i in range(8)] * 2)
        return clusters, triplets, np.ones(16), TargetSpec(task=task, rows=3, columns=2)
    if task == "ranking":
        return (
            clusters,
            np.array(apart + [pair[::-1] for pair in apart]),
            np.repeat([1.0, -1.0], 8),
            TargetSpec(task=task, rows=2),
        )
    # Frames of two kinds and silence; each sequence says its frames' kinds in order.
    frames = np.concatenate([clusters[[0, 8]], np.zeros((1, 2))])
    sequences = np.array([[0, 2, 1, 2], [1, 2, 0, 2], [0, 2, 0, 2], [1, 2, 1, 2]] * 4)
    labels = np.array([[4, 2, 1, 2], [4, 2, 2, 1], [4, 2, 1, 1], [4, 2, 2, 2]] * 4)
    return frames, sequences, labels, TargetSpec(task="sequence", classes=3, rows=4)


@pytest.mark.parametrize(
    ("task", "loss"),
    [(task, loss) for task in ("similarity", "triplets", "ranking", "sequence") for loss in ALLOWED[task]],
)
def test_every_loss_on_units_reaches_nothing_where_nothing_is_possible(task, loss):
    X, units, targets, target = units_of(task)
    outputs = 2 if task in ("similarity", "triplets") else None
    # Hinge embedding reads a distance: alike pairs cost their distance, others what is missing to the margin.
    recipe = Recipe(
        hidden=(16,),
        activation="tanh",
        loss=loss,
        outputs=outputs,
        lr=0.02,
        epochs=300,
        batch_size=16,
        schedule="cosine",
    )
    rows = StackRows((np.arange(len(targets)),), (np.arange(0),))
    data = TrainingData.of(X, targets, units=units, dtype=torch.float64)
    recipes = [recipe.replace(seed=seed) for seed in range(3)]
    rows = StackRows(rows.train * 3, rows.validation * 3)
    result = train_members(recipes, data, rows, target=target, setting=Setting(dtype=torch.float64))
    assert (result.loss[:, -1] < 0.02).all()
    assert result.loss[:, 0].max() > 0.1


@pytest.mark.parametrize("loss", ALLOWED["reconstruction"])
def test_every_loss_of_a_reconstruction_finds_its_optimum(loss):
    """Four patterns through a hidden layer wide enough: the best is 0, or for probabilities their own entropy."""
    patterns = np.array([[0.1, 0.9, 0.5], [0.8, 0.2, 0.3], [0.4, 0.6, 0.9], [0.9, 0.7, 0.1]] * 12)
    recipe = Recipe(hidden=(24,), activation="tanh", loss=loss, lr=0.02, epochs=600, batch_size=48, schedule="cosine")
    result = train(recipe, patterns, task="reconstruction", dtype=torch.float64)
    own = np.mean([entropy([p, 1 - p]) for p in patterns[:4].ravel()])
    best = own if loss.startswith("bce") else 0.0
    assert result.loss[0, -1] == pytest.approx(best, abs=5e-3)
