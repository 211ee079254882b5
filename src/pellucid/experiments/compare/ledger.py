"""Ledger: the finished units in the comparison's folder, and the table of scores that they make up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pellucid.errors import ModelFileError
from pellucid.experiments.compare.arrays import read_arrays, write_arrays
from pellucid.experiments.compare.units import Cell, Unit
from pellucid.shapes import Array, Codes, Floats

__all__ = ["ENDINGS", "Ledger", "Scores", "UnitResult", "cells_of"]

ENDINGS = ("finished", "stopped early", "interrupted", "diverged")
"""How a network can end; files hold the place in this list."""


@dataclass(frozen=True)
class UnitResult:
    """What became of k networks.

    Attributes:
        cells: Which.
        score: Primary metric on the fold's test rows ``[k]``; NaN for networks without a sound epoch.
        epochs: Epochs that each ran ``[k]``.
        best_epoch: The epoch that each returned to ``[k]``; 0 for none.
        ended: Place in ``ENDINGS`` ``[k]``.
        loss: Mean training loss ``[k, e]``, float32, NaN after the last epoch.
        val_loss: Mean validation loss, likewise; ``[k, 0]`` where none had validation rows.
        rows: Test rows that each predicted ``[k]``.
        predictions: Of the networks one after the other ``[sum of rows, p]`` float32: probabilities, shares or values.
        seconds: Wall time of the unit.
    """

    cells: tuple[Cell, ...]
    score: Floats
    epochs: Codes
    best_epoch: Codes
    ended: Codes
    loss: Floats
    val_loss: Floats
    rows: Codes
    predictions: Floats
    seconds: float

    def arrays(self) -> dict[str, Array]:
        """As they are written."""
        return {
            "cells": np.array([[cell.repeat, cell.fold, cell.variant] for cell in self.cells], dtype=np.int64),
            "score": self.score,
            "epochs": self.epochs,
            "best_epoch": self.best_epoch,
            "ended": self.ended,
            "loss": self.loss,
            "val_loss": self.val_loss,
            "rows": self.rows,
            "predictions": self.predictions,
            "seconds": np.array(self.seconds),
        }

    @classmethod
    def of(cls, arrays: dict[str, Array]) -> "UnitResult":
        """From arrays as they are written.

        Raises:
            KeyError: If one is missing.
            ValueError: If their lengths do not fit.
        """
        cells = tuple(Cell(*map(int, each)) for each in arrays["cells"])
        k = len(cells)
        result = cls(
            cells,
            arrays["score"],
            arrays["epochs"],
            arrays["best_epoch"],
            arrays["ended"],
            arrays["loss"],
            arrays["val_loss"],
            arrays["rows"],
            arrays["predictions"],
            float(arrays["seconds"]),
        )
        each = (result.score, result.epochs, result.best_epoch, result.ended, result.loss, result.val_loss, result.rows)
        if any(len(values) != k for values in each) or len(result.predictions) != result.rows.sum():
            raise ValueError("its arrays differ in length")
        return result


@dataclass
class Scores:
    """The table of scores, as far as it is filled.

    Attributes:
        score: ``[v, r, f]``; NaN where a network failed, and where there is none yet.
        there: Where there is a network, bool ``[v, r, f]``.
        epochs: ``[v, r, f]``.
        best_epoch: ``[v, r, f]``.
        ended: Place in ``ENDINGS`` ``[v, r, f]``.
        seconds: Wall time of all units.
    """

    score: Floats
    there: Array
    epochs: Codes
    best_epoch: Codes
    ended: Codes
    seconds: float = 0.0

    @classmethod
    def empty(cls, variants: int, repeats: int, folds: int) -> "Scores":
        """A table without a network."""
        shape = (variants, repeats, folds)
        epochs, best_epoch, ended = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        return cls(np.full(shape, np.nan), np.zeros(shape, dtype=bool), epochs, best_epoch, ended)

    def take_in(self, result: UnitResult) -> None:
        """Enter a unit's networks."""
        for place, cell in enumerate(result.cells):
            at = (cell.variant, cell.repeat, cell.fold)
            self.score[at], self.there[at] = result.score[place], True
            self.epochs[at], self.best_epoch[at] = result.epochs[place], result.best_epoch[place]
            self.ended[at] = result.ended[place]
        self.seconds += result.seconds

    @property
    def networks(self) -> int:
        """How many there are."""
        return int(self.there.sum())

    def cells(self) -> set[Cell]:
        """Which they are."""
        return {Cell(int(r), int(f), int(v)) for v, r, f in np.argwhere(self.there)}

    def complete(self, variants: Sequence[int] | None = None) -> list[int]:
        """Repeats in which every one of these variants, or of all, has all its folds."""
        there = self.there if variants is None else self.there[list(variants)]
        return np.flatnonzero(there.all(axis=(0, 2))).tolist()


class Ledger:
    """The units below a folder: finished ones, and loose ones that time cut short.

    Args:
        folder: The comparison's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._finished, self._loose = folder / "units", folder / "loose"

    def write(self, unit: Unit, result: UnitResult) -> None:
        """Put down a unit, whole or not at all; one with networks that were cut short is loose.

        Raises:
            SurroundingsError: If the file cannot be written.
        """
        cut = len(result.cells) < len(unit.cells) or (result.ended == ENDINGS.index("interrupted")).any()
        write_arrays((self._loose if cut else self._finished) / f"{unit.name}.npz", result.arrays())

    def drop_loose(self) -> None:
        """Forget what time cut short: it is trained anew."""
        for path in self._loose.glob("*.npz"):
            path.unlink()

    def results(self, *, loose: bool = False) -> Iterator[UnitResult]:
        """All units, in an order that does not depend on when they were finished.

        Args:
            loose: Those that time cut short as well, after the others.

        Raises:
            ModelFileError: If a file is damaged.
        """
        for folder in (self._finished, self._loose) if loose else (self._finished,):
            for path in sorted(folder.glob("*.npz")):
                yield _read(path)

    def scores(self, variants: int, repeats: int, folds: int, *, loose: bool = False) -> Scores:
        """The table of scores that they make up."""
        scores = Scores.empty(variants, repeats, folds)
        for result in self.results(loose=loose):
            scores.take_in(result)
        return scores


def _read(path: Path) -> UnitResult:
    arrays = read_arrays(path)
    try:
        return UnitResult.of(arrays)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise ModelFileError(str(path), f"it holds no unit of a comparison ({error}). Remove it.") from error


def cells_of(variants: Sequence[int], repeats: Iterable[int], folds: int) -> list[Cell]:
    """All cells of these variants and repeats."""
    return [Cell(r, f, v) for r in repeats for f in range(folds) for v in variants]
