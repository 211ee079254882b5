"""What a compiled epoch works on: tables of whole numbers, addresses and numbers per member."""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from pellucid.shapes import Codes, Floats

__all__ = ["AXES", "FIELDS", "NUMBERS", "LayerField", "LayerKind", "ParameterField", "Place", "Work"]


class LayerKind(IntEnum):
    """What a layer does."""

    LINEAR = 0
    ACTIVATION = 1
    DROPOUT = 2


class LayerField(IntEnum):
    """Columns of ``Work.layers``; places are addresses, widths padded."""

    KIND = 0
    INPUTS = 1
    OUTPUTS = 2
    ENTERING = 3
    """True width of the inputs."""
    USED = 4
    """True width of the outputs."""
    WEIGHT = 5
    """Row of ``Work.parameters``."""
    BIAS = 6
    STREAM = 7
    """Of dropout's draws."""
    X = 8
    Y = 9
    Y_AFTER = 10
    """Where the layer behind a linear one has its outputs."""
    MASK = 11
    NEEDS_INPUT = 12
    """Whether the gradient of its input is wanted."""


class ParameterField(IntEnum):
    """Columns of ``Work.parameters``."""

    SIZE = 0
    """Bytes of one member's, rows of padding left out."""
    MOVES = 1
    """Whether updates touch it."""
    COUNTS = 2
    """Whether its gradient is clipped."""
    DECAYS = 3
    """Whether decay touches it."""
    GRADIENT = 4
    """Where its gradient lies."""


class Place(IntEnum):
    """Columns of ``Work.places``: addresses, and sizes that go with them."""

    BATCH = 0
    TABLE = 1
    """The table's inputs, whose rows are as wide as the first layer's."""
    TABLE_WIDTH = 2
    OUTPUT_WIDTH = 3
    OUTPUTS = 4
    """True width."""
    SHARED = 5
    """Whether all outputs share a target: 1 or 0."""
    FIRST = 6
    """A batch's inputs."""
    LAST = 7
    """Its outputs."""
    PULLED = 8
    """Two buffers for gradients, which take turns."""
    PULLED_ON = 9
    ZEROS = 10
    ONES = 11
    WINDOW = 12
    """Sixteen numbers of which all bits are 1, then sixteen of which all are 0."""
    COLUMNS = 13
    """Outputs column by column."""
    SLOPES = 14
    """Their gradient."""
    AIMS = 15
    """Targets column by column."""
    PACKED = 16
    """Sixteen columns of a matrix."""


# Lengths that are kept of every array.
AXES = 3
# Numbers of an update rule, beside decay and rate.
NUMBERS = 5


class Work(NamedTuple):
    """Everything that the kernels look at, for m members and P parameters.

    Attributes:
        places: See ``Place``.
        layers: See ``LayerField`` ``[layers, …]``.
        activations: Codes of every member's activations, and whether padding has to be silenced after them; of linear
            layers, whether the relu behind is a part of it, and the one before ``[m, layers, 2]``.
        bends: The activations' two numbers ``[m, layers, 2]``.
        parameters: See ``ParameterField`` ``[P, …]``.
        addresses: Of every member's parameters and their up to three tensors of state ``[m, P, 4]``.
        penalties: On every parameter, a and b of a·|p| + ½·b·p² ``[m, P, 2]``.
        limits: Of gradient values and norms ``[m, 2]``; ∞ for none.
        losses: Codes ``[m]``.
        loss_numbers: The losses' numbers ``[m]``.
        column_numbers: Those that they have for every output ``[m, o]``, o padded.
        seeds: ``[m]``.
        targets: ``[n, t]``.
        rows: Row numbers ``[steps, m, b]``.
        weights: Of the rows ``[steps, m, b]``.
        updates: Codes of the update rules ``[steps, m]``.
        rates: Factor of the decay, and rate ``[steps, m, 2]``.
        factors: On the rate of every parameter ``[P]``.
        numbers: The rules' own numbers ``[steps, m, …]``.
        levels: Where dropout's draws are cut ``[steps, m]``.
        scales: Of what is kept ``[steps, m]``.
        epochs: Of every member ``[m]``.
        tally: Sum of losses times rows, and sum of rows ``[m, 2]``; changed.
    """

    places: Codes
    layers: Codes
    activations: Codes
    bends: Floats
    parameters: Codes
    addresses: Codes
    penalties: Floats
    limits: Floats
    losses: Codes
    loss_numbers: Floats
    column_numbers: Floats
    seeds: Codes
    targets: Floats
    rows: Codes
    weights: Floats
    updates: Codes
    rates: Floats
    factors: Floats
    numbers: Floats
    levels: Codes
    scales: Floats
    epochs: Codes
    tally: Floats

    def frame(self) -> Codes:
        """Addresses and lengths of all arrays, for the kernels.

        Raises:
            ValueError: If an array is not what the kernels take it for.
        """
        found = []
        for (name, kind), array in zip(FIELDS.items(), self, strict=True):
            if array.dtype != kind or not array.flags.c_contiguous or not 0 < array.ndim <= AXES:
                raise ValueError(f"{name} must be a contiguous array of {kind}, found {array.dtype}, {array.shape}")
            found.append([array.ctypes.data, *array.shape, *[1] * (AXES - array.ndim)])
        return np.array(found, dtype=np.int64)


_REALS = (
    "bends",
    "penalties",
    "loss_numbers",
    "column_numbers",
    "targets",
    "weights",
    "rates",
    "factors",
    "numbers",
    "scales",
)
_DOUBLES = ("limits", "tally")
FIELDS: Mapping[str, str] = {
    name: "float32" if name in _REALS else "float64" if name in _DOUBLES else "int64" for name in Work._fields
}
"""Type of every array, by its name."""
