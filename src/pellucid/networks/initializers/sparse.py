"""Sparse initialisation: every unit listens to few of its inputs.

Martens (2010), "Deep learning via Hessian-free optimization", §5.
"""

import math
from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Parameter, Value
from pellucid.networks.initializers.entry import Initializer
from pellucid.shapes import Array

__all__ = ["SPARSE"]


def _sparse(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    share, std = float(numbers["share"]), float(numbers["std"])  # type: ignore[arg-type]
    weight = generator.standard_normal((inputs, outputs)) * std
    silent = math.ceil(share * inputs)
    # The places of the smallest of i random numbers are a random choice of inputs, for every unit its own.
    places = generator.random((inputs, outputs)).argsort(axis=0, kind="stable")[:silent]
    np.put_along_axis(weight, places, 0.0, axis=0)
    return weight


SPARSE = Initializer(
    name="sparse",
    formula="w ~ N(0, std²), then ⌈share·i⌉ inputs of every unit set to 0, bias 0",
    purpose="Every unit starts with few inputs, so that it does not saturate however wide the layer before it is.",
    source='Martens (2010), "Deep learning via Hessian-free optimization", §5',
    aliases=("sparse_",),
    parameters=(
        Parameter(name="share", default=0.5, meaning="share of a unit's weights that are 0", low=0, high=1),
        Parameter(name="std", default=0.1, meaning="standard deviation of the others", low=0),
    ),
    # torch counts along the first axis of what it is given, which is the inputs only if the weight is handed over as
    # [i, o]; nn.Linear keeps [o, i].
    twin="torch.nn.init.sparse_",
    weight=_sparse,
)
