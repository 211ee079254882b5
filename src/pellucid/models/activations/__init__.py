"""Activations for prediction, in NumPy: the same names and values as in training, to float32's accuracy."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pellucid.catalogue import Value
from pellucid.models.activations.curved import CURVED
from pellucid.models.activations.rows import ROWS
from pellucid.models.activations.straight import STRAIGHT
from pellucid.models.activations.twin import Numbers, Twin

__all__ = ["ACTIVATIONS", "Numbers", "Twin", "as_float32"]

ACTIVATIONS: dict[str, Twin] = {**STRAIGHT, **CURVED, **ROWS}
"""Name → value and widths."""


def as_float32(numbers: Mapping[str, Value]) -> dict[str, Any]:
    """Numbers as the values want them: real ones in float32, the others as they are."""
    return {name: np.float32(value) if type(value) is float else value for name, value in numbers.items()}
