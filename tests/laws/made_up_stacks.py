"""Made-up stacks of parameters and a function of them: what the laws of update rules are stated over.

Layers of 20, 5, 18 and 2 units behind a table of 20 categories, so that weight matrices are tall and wide; a running
mean that nobody trains; groups that differ in learning-rate factor and decay.
"""

from functools import cache

import numpy as np
import torch

from pellucid.networks.layout import Group, ParameterSpec, Tensors, padded


def spec(name, shape, kind):
    return ParameterSpec(name, (padded(shape[0]) if len(shape) == 2 else 1, padded(shape[-1])), shape, shape, kind)


SPECS = (
    ParameterSpec("0.category.0", (32, 3), (20, 3), (20, 3), "category"),
    spec("1.weight", (20, 5), "weight"),
    ParameterSpec("1.bias", (1, 16), (1, 5), (5,), "bias"),
    ParameterSpec("2.mean", (1, 16), (1, 5), (5,), "statistic"),
    spec("3.weight", (5, 18), "weight"),
    spec("5.weight", (18, 2), "weight"),
)
TRAINED = tuple(each.name for each in SPECS if each.kind != "statistic")
PLAIN = (Group(TRAINED, 1.0, True), Group(("2.mean",), 0.0, False, trained=False))
BY_KIND = (
    Group(("1.weight", "3.weight", "5.weight"), 1.0, True),
    Group(("1.bias",), 0.5, False),
    Group(("0.category.0",), 2.0, True),
    Group(("2.mean",), 1.0, False, trained=False),
)


def corner(each):
    return tuple(slice(0, length) for length in each.true_shape)


def stack(members, *, groups=PLAIN, dtype=torch.float64, seed=0):
    """Random values in the used corners, zero in the padding; a member's own depend on its number alone."""
    tensors = Tensors(SPECS, groups, members, dtype=dtype)
    for member in range(members):
        draw = np.random.default_rng((seed, member))
        tensors.load(member, {each.name: draw.normal(0, 0.7, each.file_shape) for each in SPECS})
    return tensors


def used():
    """Name → 1 in the used corner, 0 in the padding."""
    masks = {each.name: torch.zeros(each.shape, dtype=torch.bool) for each in SPECS}
    for each in SPECS:
        masks[each.name][corner(each)] = True
    return masks


USED = used()


@cache
def looked_up(step):
    """Rows of the table that a step sees, ``[32, 1]`` of bool."""
    rows = torch.zeros(32, 1, dtype=torch.bool)
    rows[np.random.default_rng(step).integers(0, 20, 6)] = True
    return rows


def write_gradients(parameters, gradients, step):
    """Gradients of a polynomial with two minima per value, tilted from step to step; NaN where nothing is trained.

    Additions and multiplications alone, so that a member's gradient has the same bits in every company.
    """
    for name, p in parameters.views.items():
        g = gradients.views[name]
        if name not in TRAINED:
            g.fill_(float("nan"))
            continue
        mask = USED[name] & looked_up(step) if name.startswith("0.category") else USED[name]
        g.copy_(torch.where(mask, p * (p * p * 0.5 - 1.0) + tilt(step), torch.zeros_like(p)))


def tilt(step):
    return 0.05 * (step % 7 - 3)
