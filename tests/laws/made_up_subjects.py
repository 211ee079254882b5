"""Small networks of every activation with every loss, ready to be explained."""

import msgspec
import numpy as np
import torch

from pellucid.activations import ACTIVATIONS
from pellucid.explain.subject import Subject, tensors
from pellucid.networks import Network, describe_network, initial_parameters
from pellucid.objectives import LOSSES
from pellucid.objectives.examples import example
from pellucid.objectives.objective import Objective
from pellucid.objectives.penalties import penalties_of
from pellucid.optimizers import OPTIMIZERS
from pellucid.records import Recipe
from pellucid.training import TrainingData
from pellucid.training.settling import optimizer_numbers

INPUTS = 3
# Classes few enough for a small network.
LISTS = {"adaptive_log_softmax": "adaptive_log_softmax(cutoffs=[3, 8])"}
ACTIVATION_NAMES = ACTIVATIONS.names()
LOSS_NAMES = LOSSES.names()
OPTIMIZER_NAMES = OPTIMIZERS.names()


def targets(target, units, draw):
    wide = (units, target.columns)
    match target.task:
        case "binary" | "multiclass" | "ordinal":
            return draw.integers(0, target.classes, units)
        case "multilabel":
            return draw.integers(0, 2, wide).astype(float)
        case "distribution":
            return draw.dirichlet(np.ones(target.classes), units)
        case "similarity" | "ranking":
            return draw.choice([-1.0, 1.0], units)
        case "triplets":
            return np.zeros(units)
        case "count":
            return draw.poisson(2.0, units).astype(float)
        case "sequence":
            frames = draw.integers(5, target.rows + 1, (units, 1))
            lengths = draw.integers(1, 3, (units, 1))
            labels = draw.integers(1, target.classes, (units, 2)) * (np.arange(2) < lengths)
            return np.concatenate([frames, lengths, labels], axis=1)
        case "reconstruction":
            return draw.uniform(size=wide)
        case _:
            return draw.normal(size=units)


def subject(activation="tanh", loss="mse", optimizer="sgd", *, task=None, units=3, seed=0, link=None, **fields):
    """A network 3-4-o of that activation, in a training step on made-up rows.

    An activation that belongs at the output stands there, whether or not the contract lets it go with the loss.
    """
    chosen = LOSSES(LISTS.get(loss, loss))
    target = example(task or chosen.entry.targets[0], chosen)
    if target.low is not None and target.task in ("regression", "count", "quantile", "reconstruction"):
        target = msgspec.structs.replace(target, low=-3.0, high=5.0)
    entry = ACTIVATIONS[activation]
    hidden = "tanh" if entry.output_only else activation
    free = 0 if chosen.entry.outputs(target, chosen.numbers) else 3
    own = Objective(chosen, target, width=free)
    ending = str(ACTIVATIONS(activation)) if entry.output_only and activation != "adaptive_log_softmax" else own.link
    objective = Objective(chosen, target, link or ending, free)
    recipe = Recipe(hidden=(4,), activation=hidden, optimizer=optimizer, seed=seed, **fields)
    network = Network(
        [
            describe_network(
                recipe,
                numeric=INPUTS,
                outputs=objective.outputs,
                output_activation=objective.link,
                **objective.output_layer,
            )
        ]
    )
    draw = np.random.default_rng([seed, 7])
    rows = units * target.rows
    grouped = None if target.rows == 1 else np.arange(rows).reshape(units, target.rows)
    data = TrainingData.of(
        draw.normal(size=(rows, INPUTS)), targets(target, units, draw), units=grouped, dtype=torch.float64
    )
    rule = OPTIMIZERS(optimizer)
    arrays = initial_parameters(network, draw, method=recipe.initialisation)
    return Subject(
        network=network,
        parameters=tensors(network, arrays, recipe=recipe),
        objective=objective,
        data=data,
        recipe=recipe,
        penalties=penalties_of(recipe),
        optimizer=rule,
        numbers=optimizer_numbers(recipe, rule),
        training=True,
    )
