"""Units of work: networks that train together, leave one file behind, and are lost together when the process dies."""

from collections.abc import Sequence
from itertools import groupby, pairwise

import msgspec

from pellucid.records import encode_json, sha256_of

__all__ = ["Cell", "Unit", "divided"]


class Cell(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One network that is judged.

    Attributes:
        repeat: Which repeat, counted from 0.
        fold: Which fold of it, counted from 0.
        variant: Which variant, counted from 0.
    """

    repeat: int
    fold: int
    variant: int


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """Networks to be trained and judged.

    Attributes:
        cells: Which, in order.
        seconds: After so much time training ends where it is; None: never.
    """

    cells: tuple[Cell, ...]
    seconds: float | None = None

    @property
    def name(self) -> str:
        """Of its file: the same cells have the same name."""
        return sha256_of(encode_json(self.cells))[:24]


def divided(cells: Sequence[Cell], *, members: int, folds: int, least: int = 1) -> list[Unit]:
    """Units of nearly equal size that hold whole folds where they can; which unit a network is in changes no bit of it.

    Args:
        cells: What is to be trained.
        members: Networks in a unit, at most.
        folds: Folds in a unit, at most: each is a table of its own in memory.
        least: Units that there shall be at least, where there are enough networks.
    """
    ordered = sorted(cells)
    most = max(1, min(members, -(-len(ordered) // max(1, least))))
    units: list[list[Cell]] = []
    held = 0
    for _, group in groupby(ordered, key=lambda cell: (cell.repeat, cell.fold)):
        own = list(group)
        if units and held < folds and len(units[-1]) + len(own) <= most:
            units[-1] += own
            held += 1
            continue
        # A fold that is too large is dealt out evenly, in order.
        count = -(-len(own) // most)
        bounds = [len(own) * part // count for part in range(count + 1)]
        units += [own[low:high] for low, high in pairwise(bounds)]
        held = 1
    return [Unit(cells=tuple(unit)) for unit in units]
