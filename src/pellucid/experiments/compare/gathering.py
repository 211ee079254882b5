"""What the finished units hold besides scores, gathered per variant: learning curves and out-of-fold predictions."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from pellucid.experiments.compare.ledger import Ledger, UnitResult
from pellucid.experiments.compare.results import Results
from pellucid.experiments.compare.units import Cell
from pellucid.records import CurveRecord
from pellucid.shapes import Array, Floats

__all__ = ["curve_records", "held_out_predictions"]

_LOW, _HIGH = 0.1, 0.9
"""Ends of a curve's band: eight of ten replicates lie within."""


def curve_records(ledger: Ledger, results: Results, *, loose: bool) -> list[CurveRecord]:
    """Mean and band of every variant's learning curves, in the order of the standing.

    Args:
        ledger: Where they are.
        results: Which replicates are judged by.
        loose: Whether units that time cut short count.
    """
    curves: dict[Cell, tuple[Floats, Floats]] = {}
    for unit, number, cell in _members(ledger, results, set(results.variants), loose=loose):
        epochs = int(unit.epochs[number])
        curves[cell] = (unit.loss[number, :epochs], unit.val_loss[number, :epochs])
    ordered = [results.position(each.label) for each in results.standing.variants]
    # Always in the order of the replicates: sums depend on it, and units may be cut in any way.
    return [
        _record(results.bench.question.variants[v].name, [curves[Cell(r, f, v)] for r, f in results.columns])
        for v in ordered
    ]


def _members(
    ledger: Ledger, results: Results, variants: Collection[int], *, loose: bool
) -> Iterator[tuple[UnitResult, int, Cell]]:
    """Networks of these variants that are judged by: their unit, their place in it and their cell."""
    used = set(results.columns)
    for unit in ledger.results(loose=loose):
        for number, cell in enumerate(unit.cells):
            if (cell.repeat, cell.fold) in used and cell.variant in variants:
                yield unit, number, cell


def _record(name: str, curves: Sequence[tuple[Floats, Floats]]) -> CurveRecord:
    loss, val_loss = (_together([pair[which] for pair in curves]) for which in (0, 1))
    counts = np.isfinite(loss).sum(axis=0)
    return CurveRecord(
        variant=name,
        epochs=tuple(range(1, loss.shape[1] + 1)),
        replicates=tuple(counts.tolist()),
        **_bands("loss", loss),
        **(_bands("val_loss", val_loss) if np.isfinite(val_loss).any() else {}),
    )


def _together(curves: Sequence[Floats]) -> Floats:
    longest = max((len(curve) for curve in curves), default=0)
    found = np.full((len(curves), longest), np.nan)
    for curve, place in zip(curves, found, strict=True):
        place[: len(curve)] = curve
    found[~np.isfinite(found)] = np.nan
    return found


def _bands(name: str, curves: Floats) -> dict[str, tuple[float | None, ...]]:
    """Mean and both ends of the band, epoch by epoch; None where nobody trained on."""
    there: Array = np.logical_or.reduce(np.isfinite(curves), axis=0)
    known = curves[:, there]
    lines = {
        name: np.nanmean(known, axis=0),
        f"{name}_low": np.nanquantile(known, _LOW, axis=0),
        f"{name}_high": np.nanquantile(known, _HIGH, axis=0),
    }
    # Six digits: a line on a screen needs no more, and files of hundreds of variants are half as long.
    values = {line: iter(np.asarray(own).tolist()) for line, own in lines.items()}
    return {
        line: tuple(float(f"{next(own):.6g}") if trains else None for trains in list(there))
        for line, own in values.items()
    }


def held_out_predictions(ledger: Ledger, results: Results, variants: Sequence[int], *, loose: bool) -> Array:
    """Predictions of rows by networks that did not learn from them, the mean over repeats ``[k, n, p]``.

    Args:
        ledger: Where they are.
        results: Which replicates are judged by.
        variants: Whose, in order.
        loose: Whether units that time cut short count.

    Returns:
        float64; NaN where a variant says nothing of a row, or failed on it.
    """
    said: dict[Cell, Floats] = {}
    for unit, number, cell in _members(ledger, results, set(variants), loose=loose):
        end = int(unit.rows[: number + 1].sum())
        said[cell] = unit.predictions[end - unit.rows[number] : end].astype(np.float64)
    width = max(each.shape[1] for each in said.values())
    total = np.zeros((len(variants), results.bench.rows.count, width))
    counts = np.zeros(total.shape[:2])
    for place, variant in enumerate(variants):
        # In the order of the replicates, as above.
        for repeat, fold in results.columns:
            test = results.bench.folds[repeat, fold].test
            total[place, test] += said[Cell(repeat, fold, variant)]
            counts[place, test] += 1
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = total / counts[:, :, None]
    return found
