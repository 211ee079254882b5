"""Made-up stacks that are ready to train, and what becomes of them in an epoch by one engine or another."""

import numpy as np
import torch

from pellucid.networks import Network, Tensors, group_parameters
from pellucid.optimizers import StackOptimizer
from pellucid.records import Recipe, TargetSpec
from pellucid.training import StackRows, TrainingData
from pellucid.training.held import Held
from pellucid.training.settling import settle
from pellucid.training.stack import Stack
from pellucid.training.stopping import Watchers

ROWS = 90
PLAIN = Recipe(hidden=(20, 9), batch_size=24, epochs=3)


def a_table(task="regression", *, columns=1, width=5, rows=ROWS):
    """Inputs and targets that have to do with each other."""
    draw = np.random.default_rng(0)
    X = draw.normal(size=(rows, width))
    score = np.sin(X @ draw.normal(size=(width, columns))) + 0.3 * draw.normal(size=(rows, columns))
    match task:
        case "regression":
            return TrainingData.of(X, score), TargetSpec(task=task, columns=columns)
        case "binary":
            return TrainingData.of(X, (score[:, 0] > 0).astype(np.int64)), TargetSpec(task=task, classes=2)
        case "multilabel":
            return TrainingData.of(X, (score > 0).astype(float)), TargetSpec(task=task, columns=columns)
        case "multiclass":
            classes = np.digitize(score[:, 0], [-0.7, 0.0, 0.7])
            return TrainingData.of(X, classes), TargetSpec(task=task, classes=4)
        case "distribution":
            shares = np.exp(X @ draw.normal(size=(width, 3)))
            shares /= shares.sum(1, keepdims=True)
            return TrainingData.of(X, shares), TargetSpec(task=task, classes=3, columns=3)
    raise ValueError(task)


def a_stack(recipes, table=None, *, dtype=torch.float32, rows=None, weights=None, scale=0.4):
    """Members at their first epoch; a member's parameters and rows depend on its recipe alone."""
    data, target = table or a_table()
    members = [settle(recipe, data, target) for recipe in recipes]
    network = Network([member.network for member in members])
    first = recipes[0]
    groups = group_parameters(
        network.parameters,
        lr_factors=dict(first.lr_factors),
        width_scaled=first.width_scaled_lr,
        decay_all=first.decay_biases,
    )
    parameters = Tensors(network.parameters, groups, len(recipes), dtype=dtype)
    for number, recipe in enumerate(recipes):
        draw = np.random.default_rng((7, recipe.seed))
        parameters.load(number, {spec.name: draw.normal(0, scale, spec.file_shape) for spec in network.parameters})
    held = Held(
        list(range(len(recipes))),
        np.zeros(len(recipes), dtype=np.int64),
        parameters,
        StackOptimizer([member.optimizer for member in members], parameters),
        Watchers(members, validated=False),
    )
    own = tuple(np.arange(len(data.inputs)) if rows is None else rows for _ in recipes)
    none = tuple(np.arange(0) for _ in recipes)
    return Stack(members, held, network, data, StackRows(own, none, weights))


def after(engine, stack, epochs=1, stop=lambda: False):
    """Losses of every epoch ``[epochs, m]``; the stack is changed."""
    own, losses = engine(stack), []
    for _ in range(epochs):
        found, _, _ = stack.run_epoch(own, stop)
        stack.held.epochs[:] += 1
        losses.append(found)
    return np.array(losses)


def values_of(stack):
    """Every parameter and every tensor of the optimizer's state, by name ``[m, …]``."""
    found = {name: view.numpy().copy() for name, view in stack.parameters.views.items()}
    for first, last, rule in stack.optimizer.slices:
        for kind, tensors in rule.state.items():
            for name, view in tensors.views.items():
                found.setdefault(f"{kind} of {name}", np.zeros((len(stack.members), *view.shape[1:])))[first:last] = (
                    view
                )
    return found
