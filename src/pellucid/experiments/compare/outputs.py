"""Outputs of trained members, each on rows of its own: a fold's test rows, and not all rows times all members."""

from collections.abc import Sequence

import numpy as np

from pellucid.networks import Network, Tensors
from pellucid.shapes import Floats, RowNumbers
from pellucid.training import TrainingData, TrainResult
from pellucid.training.batches import blocks
from pellucid.training.places import block_bytes
from pellucid.training.stack import BLOCK

__all__ = ["member_outputs", "predict_together"]

# Members that predict at a time, and what a block of rows may leave behind in the layers of all of them.
_LEAST, _MOST, _BYTES = 8, 64, 32 << 20


def member_outputs(
    result: TrainResult, data: TrainingData, rows: Sequence[RowNumbers], members: Sequence[int]
) -> dict[int, Floats]:
    """Outputs ``[n, o]`` float64 of members, in blocks of one shape, so that a member's are the same in any company.

    Args:
        result: The trained members.
        data: The encoded rows that they learned from.
        rows: For every member of the result the rows to predict.
        members: Which members.
    """
    wanted = set(members)
    found: dict[int, Floats] = {}
    for positions, outcome in zip(result.stacks, result.outcomes, strict=True):
        places = [place for place, position in enumerate(positions) if position in wanted]
        together = predict_together(block_bytes(outcome.network.spec(0), itemsize=outcome.parameters.dtype.itemsize))
        for start in range(0, len(places), together):
            own = places[start : start + together]
            network = outcome.network.take(own)
            chosen = [rows[positions[place]] for place in own]
            used = result.objectives[positions[0]].outputs
            outputs = _outputs(network, outcome.parameters.take(own), data, chosen, used)
            for place, part, values in zip(own, chosen, outputs, strict=True):
                # A copy: a part of an array keeps all of it.
                found[positions[place]] = values[: len(part)].astype(np.float64)
    return found


def predict_together(block: int) -> int:
    """Members that predict at a time, where each takes so many bytes for a block of rows."""
    return min(_MOST, max(_LEAST, _BYTES // max(1, block)))


def _outputs(
    network: Network, parameters: Tensors, data: TrainingData, rows: Sequence[RowNumbers], used: int
) -> Floats:
    """``[m, n, used]``, n of the member with most rows; rows of filling are worthless."""
    pieces: list[Floats] = []
    for units, _ in blocks(rows, BLOCK, dtype=parameters.dtype):
        inputs, _, codes = data.gather(units.to(data.inputs.device))
        outputs, _ = network.forward(parameters.views, inputs, None, codes)
        # Copied without their padding, sixteen columns where one is used.
        pieces.append(outputs[:, :, :used].cpu().numpy().copy())
    return np.concatenate(pieces, axis=1)
