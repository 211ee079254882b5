"""Predictor: the forward pass of a stack of networks, in NumPy alone."""

from collections.abc import Iterator, Mapping

import numpy as np

from pellucid.models.forward import features_of, steps_of
from pellucid.models.tiles import LANES
from pellucid.records import NetworkSpec
from pellucid.shapes import Array, Codes, Floats

__all__ = ["BLOCK", "Predictor"]

BLOCK = 64
"""Rows that are computed at a time, always so many: a short block is filled up with zeros."""
_TILES = BLOCK // LANES


class Predictor:
    """Computes outputs of all members; float32.

    Law: a row's outputs are the same bits whatever the batch size, the order and the other rows.

    Args:
        network: The layers.
        parameters: Stacked arrays ``[m, …]`` by the names of ``parameter_shapes``.
    """

    def __init__(self, network: NetworkSpec, parameters: Mapping[str, Array]) -> None:
        # Parameters of a stranger may be finite and still too large; their predictions are checked, not they.
        with np.errstate(over="ignore"):
            self._features = features_of(network, parameters)
            self._steps = steps_of(network, parameters)
        self.members = self._features.members
        self.outputs = network.outputs

    def blocks(self, numbers: Floats, codes: Codes) -> Iterator[tuple[slice, Floats]]:
        """Outputs block by block.

        Args:
            numbers: Dense columns, float32 ``[n, columns]``.
            codes: Codes of embedded columns, int64 ``[n, embedded]``.

        Yields:
            The rows, and their outputs float32 ``[m, o, 64]``; behind the last row of the table stand outputs of zeros.
        """
        for start in range(0, len(numbers), BLOCK):
            rows = slice(start, min(start + BLOCK, len(numbers)))
            yield rows, self._block(_filled(numbers[rows], np.float32), _filled(codes[rows], np.int64))

    def predict(self, numbers: Floats, codes: Codes) -> Floats:
        """Outputs float32 ``[m, n, o]`` of ``numbers [n, columns]`` and ``codes [n, embedded]``."""
        out = np.empty((self.members, len(numbers), self.outputs), dtype=np.float32)
        for rows, block in self.blocks(numbers, codes):
            out[:, rows] = block[:, :, : rows.stop - rows.start].swapaxes(1, 2)
        return out

    def _block(self, numbers: Array, codes: Array) -> Floats:
        # Rows to the last axis: see forward.py for the reason.
        lanes = np.ascontiguousarray(numbers.reshape(_TILES, LANES, -1).swapaxes(1, 2))
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            block = self._features(lanes, codes.reshape(_TILES, LANES, -1))
            for step in self._steps:
                block = step(block)
        tiles = block[:, :, : self.outputs].swapaxes(1, 2)
        return np.ascontiguousarray(tiles).reshape(self.members, self.outputs, BLOCK)


def _filled(values: Array, dtype: type) -> Array:
    full: Array = np.zeros((BLOCK, values.shape[1]), dtype=dtype)
    full[: len(values)] = values
    return full
