"""Targets and outputs of every task, for laws that hold for every loss."""

import numpy as np
import torch

from pellucid.activations import ACTIVATIONS
from pellucid.objectives import LOSSES, choose
from pellucid.objectives.examples import example
from pellucid.records import TARGET_TASKS

# Numbers other than the defaults, to mix in a stack; every other loss has none or is good as it is.
VARIANTS = {
    "huber": "huber(delta=0.3)",
    "smooth_l1": "smooth_l1(beta=0.2)",
    "cross_entropy": "cross_entropy(label_smoothing=0.1)",
    "bce_with_logits": "bce_with_logits(pos_weight=[3], label_smoothing=0.2)",
    "focal": "focal(gamma=1.3)",
    "quantile": "quantile(levels=[0.1, 0.5, 0.9])",
    "adaptive_log_softmax": "adaptive_log_softmax(cutoffs=[3, 8])",
}


def chosen(name):
    """The loss, with classes few enough for a test."""
    return LOSSES(VARIANTS["adaptive_log_softmax"] if name == "adaptive_log_softmax" else name)


def cases():
    """(loss, task) that go together."""
    return [(loss.name, task) for loss in LOSSES for task in TARGET_TASKS if task in loss.targets]


def objective(name, task):
    loss = chosen(name)
    return choose(loss, example(task, loss))


def targets(target, members, units, seed=0, dtype=torch.float64):
    """Targets as ``records.TargetSpec`` says, ``[m, b]`` or ``[m, b, t]``."""
    draw = np.random.default_rng([seed, 1])
    wide = (members, units, target.columns)
    match target.task:
        case "binary" | "multiclass" | "ordinal":
            return torch.from_numpy(draw.integers(0, target.classes, (members, units)))
        case "multilabel":
            return torch.as_tensor(draw.integers(0, 2, wide), dtype=dtype)
        case "distribution":
            return torch.as_tensor(draw.dirichlet(np.ones(target.classes), (members, units)), dtype=dtype)
        case "similarity" | "ranking":
            return torch.as_tensor(draw.choice([-1.0, 1.0], (members, units)), dtype=dtype)
        case "triplets":
            return torch.zeros(members, units, dtype=dtype)
        case "count":
            return torch.as_tensor(draw.poisson(2.0, (members, units)), dtype=dtype)
        case "sequence":
            frames = draw.integers(5, target.rows + 1, (members, units, 1))
            lengths = draw.integers(1, 3, (members, units, 1))
            labels = draw.integers(1, target.classes, (members, units, 2)) * (np.arange(2) < lengths)
            return torch.from_numpy(np.concatenate([frames, lengths, labels], axis=2))
        case "reconstruction":
            return torch.as_tensor(draw.uniform(size=wide), dtype=dtype)
        case _:
            return torch.as_tensor(draw.normal(size=(members, units)), dtype=dtype)


def outputs(objective, members, units, seed=0, dtype=torch.float64, size=1.0):
    """What a network could say, behind the objective's link: ``[m, k·b, o]``."""
    draw = np.random.default_rng(seed)
    raw = draw.normal(size=(members, objective.target.rows * units, objective.outputs)) * size
    return ACTIVATIONS(objective.link)(torch.as_tensor(raw, dtype=dtype))


def weights(members, units, real, dtype=torch.float64, seed=0):
    """Unit weights that sum to 1 over the first ``real`` units; 0 on the filling ones."""
    made = np.random.default_rng(seed).uniform(0.5, 1.5, (members, units)) * (np.arange(units) < real)
    return torch.as_tensor(made / made.sum(axis=1, keepdims=True), dtype=dtype)


def laid_out(values):
    """The same outputs as a network gives them: padded to a multiple of 16 with zeros."""
    width = values.shape[2]
    return torch.nn.functional.pad(values, (0, -width % 16))
