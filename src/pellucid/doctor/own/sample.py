"""Rows to look at: some hundreds that stand for all."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from pellucid.networks import padded
from pellucid.shapes import RowNumbers

__all__ = ["Sample", "sampled"]

_MANY = 1 << 16
"""Units that are sorted at most: of a million, every sixteenth tells as much in a tenth of the time."""


@dataclass(frozen=True)
class Sample:
    """Units of a table.

    Attributes:
        filled: Their numbers in order, then some of them again up to a multiple of 16, as stacks want it.
        count: How many there are.
    """

    filled: RowNumbers
    count: int


def sampled(units: RowNumbers, targets: Tensor, most: int) -> Sample:
    """As many of the units as are wanted, evenly along their sorted targets.

    Shares of classes and the spread of targets are then those of all units, but for one in ``most``; a drawing of a
    thousand would be off by some per cent, which is what the doctor's limits are about.

    Args:
        units: Unit numbers, at least one.
        targets: Of all units of the table; of several columns the first counts.
        most: How many are wanted at most.
    """
    chosen = np.asarray(units)
    if len(chosen) > _MANY:
        chosen = chosen[np.linspace(0, len(chosen) - 1, _MANY).astype(np.int64)]
    if len(chosen) > most:
        first = targets.reshape(len(targets), -1)[:, 0].numpy()
        order = chosen[np.argsort(first[chosen], kind="stable")]
        chosen = np.sort(order[((np.arange(most) + 0.5) * len(order) / most).astype(np.int64)])
    return Sample(np.resize(chosen, padded(len(chosen))), len(chosen))
