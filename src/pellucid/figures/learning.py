"""Learning curves: of one run with every member's trace, of several runs beside one another, of compared variants."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Band, Curve, FigureData, Panel, Points
from pellucid.figures.table import Cell, Table
from pellucid.records import CurveRecord, EpochRecord
from pellucid.shapes import Array, Floats

__all__ = [
    "ERROR_LABELS",
    "MOST_LINES",
    "Learned",
    "Spread",
    "curves_figure",
    "learned_from",
    "spread_of",
    "variant_curves_figure",
]

MOST_LINES = 6
"""Runs or variants in one figure: more are a tangle, and colours and dashes would repeat."""
_MOST_TRACES, _ROWS = 24, 9
ERROR_LABELS = {
    **dict.fromkeys(("binary", "multiclass", "ordinal"), "share of wrong classes, validation"),
    "multilabel": "share of wrong labels, validation",
    "regression": "RMSE in target spreads, validation",
    "count": "RMSE, validation",
    "ranking": "share of pairs in the wrong order, validation",
}
"""What training calls the error of a task; of the others it is the mean loss, which is drawn anyway."""
_LOGARITHMIC_FROM = 20.0
"""A range of more than this factor is drawn in equal ratios."""


@dataclass(frozen=True)
class Learned:
    """How networks that belong together learned.

    Attributes:
        label: What they are.
        loss: Mean training loss ``[m, epoch]``; NaN where a member did not train.
        val_loss: Mean validation loss ``[m, epoch]``; None without validation rows.
        val_error: Validation error ``[m, epoch]``; None where there is none of its own.
        error_label: What the error is.
        best: Epoch that each member returned to ``[m]``, counted from 1; 0 for none.
        monitored: ``loss`` or ``error``, which value picked it; empty if none did.
    """

    label: str
    loss: Floats
    val_loss: Floats | None = None
    val_error: Floats | None = None
    error_label: str = ""
    best: Sequence[int] = ()
    monitored: str = ""


@dataclass(frozen=True)
class Spread:
    """Many lines as one: their mean and how sure it is, as far as at least half of them go.

    Attributes:
        epochs: Counted from 1 ``[e]``.
        mean: Over the members that still trained ``[e]``.
        low: Lower end of the mean's 95 % t interval ``[e]``; the mean itself where one member is left.
        high: Upper end ``[e]``.
        members: How many still trained ``[e]``.
    """

    epochs: Floats
    mean: Floats
    low: Floats
    high: Floats
    members: Array


def learned_from(epochs: Sequence[EpochRecord], label: str, **more: Any) -> Learned:
    """Curves of the lines of ``metrics.jsonl``.

    Args:
        epochs: In any order.
        label: What the networks are.
        more: Further attributes of ``Learned``.
    """
    shape = (max(each.member for each in epochs) + 1, max(each.epoch for each in epochs))
    found = {name: np.full(shape, np.nan) for name in ("loss", "val_loss", "val_error")}
    for each in epochs:
        for name, values in found.items():
            value = getattr(each, name)
            values[each.member, each.epoch - 1] = np.nan if value is None else value
    own = {name: values if np.isfinite(values).any() else None for name, values in found.items()}
    return Learned(label, found["loss"], val_loss=own["val_loss"], val_error=own["val_error"], **more)


def spread_of(values: Floats) -> Spread:
    """The mean of lines ``[m, epoch]`` with its interval, as far as half of those that ever trained still do."""
    values = np.asarray(values, dtype=np.float64)
    known = np.isfinite(values)
    counts = known.sum(axis=0)
    kept = np.flatnonzero((counts > 0) & (2 * counts >= known.any(axis=1).sum()))
    there, n = np.where(known, values, 0.0)[:, kept], counts[kept]
    mean = there.sum(axis=0) / n
    off = np.where(known[:, kept], values[:, kept] - mean, 0.0)
    # mean ± t(0.975, n − 1) · s / √n
    error = np.sqrt((off**2).sum(axis=0) / np.maximum(n - 1, 1) / n)
    half = np.where(n > 1, special.stdtrit(np.maximum(n - 1, 1), 0.975) * error, 0.0)
    return Spread(kept + 1.0, mean, mean - half, mean + half, n)


def curves_figure(runs: Sequence[Learned]) -> FigureData:
    """Loss and error by epoch, with every member's trace for one run and a line for each of several.

    Args:
        runs: At least one; beyond six the rest is counted in the caption.
    """
    return _of_one(runs[0]) if len(runs) == 1 else _of_several(runs)


def _of_one(run: Learned) -> FigureData:
    members = int(np.isfinite(run.loss).any(axis=1).sum())
    of = f", mean of {members}" if members > 1 else ""
    shown = [(f"training{of}", run.loss, 1)]
    if run.val_loss is not None:
        shown.append((f"validation{of}", run.val_loss, 0))
    panels = [_panel("loss", shown, run.best if run.monitored == "loss" else (), kept_of=run.val_loss)]
    if run.val_error is not None and run.error_label:
        kept = run.best if run.monitored == "error" else ()
        panels.append(_panel(run.error_label, [(f"validation{of}", run.val_error, 0)], kept, kept_of=run.val_error))
    spread = spread_of(run.loss if run.val_loss is None else run.val_loss)
    what = "training" if run.val_loss is None else "validation"
    least = int(spread.mean.argmin())
    alt = (
        f"Loss by epoch{f', {members} networks' if members > 1 else ''}. The {what} loss goes from "
        f"{spoken(spread.mean[0])} to {spoken(spread.mean[-1])} in epoch {int(spread.epochs[-1])}; lowest in epoch "
        f"{int(spread.epochs[least])} with {spoken(spread.mean[least])}."
    )
    drawn = min(members, _MOST_TRACES)
    caption = ""
    if members > 1:
        caption = (
            f"Thin lines: {'the' if drawn == members else f'{drawn} of the'} {members} networks. Band: 95 % t interval "
            "of their mean, over those that still trained, as far as at least half of them did."
        )
    facts: dict[str, Cell] = {"members": members, "lowest": float(spread.mean[least])}
    facts["lowest_epoch"] = int(spread.epochs[least])
    return FigureData(
        f"Learning curves, {run.label}", tuple(panels), alt, _table(shown), facts={**facts}, caption=caption
    )


def _panel(label: str, lines: list[tuple[str, Floats, int]], best: Sequence[int], *, kept_of: Floats | None) -> Panel:
    curves, bands, every = [], [], []
    for name, values, series in lines:
        spread = spread_of(values)
        curves.append(Curve(name, spread.epochs, spread.mean, series=series))
        alive = values[np.isfinite(values).any(axis=1)]
        every.append(alive[np.isfinite(alive)])
        if len(alive) > 1:
            at = np.arange(1.0, alive.shape[1] + 1.0)
            curves += [Curve("", at, row, series=series, role="trace") for row in alive[:_MOST_TRACES]]
            if series == 0:
                bands.append(Band("95 % interval of the mean", spread.epochs, spread.low, spread.high, series=series))
    points = []
    if kept_of is not None and any(best):
        members = [member for member, epoch in enumerate(best[:_MOST_TRACES]) if epoch]
        at = np.array([best[member] for member in members], dtype=np.float64)
        kept = kept_of[members, at.astype(int) - 1]
        points.append(Points("epoch that was kept", at, kept, series=0, hollow=True, size=4.0))
    wide = _is_wide(label, np.concatenate(every))
    return Panel(
        Axis("epoch"),
        Axis(label, logarithmic=wide),
        curves=curves,
        bands=[_above_0(band) for band in bands] if wide else bands,
        points=points,
    )


def _of_several(runs: Sequence[Learned]) -> FigureData:
    shown = runs[:MOST_LINES]
    labels = _distinct([run.label for run in shown])
    kinds: list[tuple[str, list[Floats | None]]] = [
        ("training loss", [run.loss for run in shown]),
        ("validation loss", [run.val_loss for run in shown]),
    ]
    if len({run.error_label for run in shown}) == 1 and shown[0].error_label:
        kinds.append((shown[0].error_label, [run.val_error for run in shown]))
    panels, told = [], []
    for kind, values in kinds:
        there = [
            (label, spread_of(each), series)
            for series, (label, each) in enumerate(zip(labels, values, strict=True))
            if each is not None and np.isfinite(each).any()
        ]
        if there:
            panels.append(_lines(kind, there))
            told = there
    ends = "; ".join(f"{label} to {spoken(spread.mean[-1])}" for label, spread, _ in told)
    more = f" Not shown: {len(runs) - len(shown)} further runs." if len(runs) > len(shown) else ""
    last = panels[-1].y.label
    rows = tuple(
        (label, int(s.members.max()), int(s.epochs[-1]), float(s.mean.min()), float(s.mean[-1])) for label, s, _ in told
    )
    return FigureData(
        f"Learning curves of {len(shown)} runs",
        tuple(panels),
        f"{last[0].upper()}{last[1:]} by epoch, mean over each run's networks: {ends}.{more}",
        Table(("run", "networks", "epochs", f"lowest {last}", "last"), rows),
        facts={"runs": len(runs)},
        caption=f"Lines: means over each run's networks; bands: their 95 % t intervals. Losses are comparable where "
        f"loss and penalties are the same.{more}",
        columns=2,
    )


def _lines(kind: str, lines: list[tuple[str, Spread, int]]) -> Panel:
    wide = _is_wide(kind, np.concatenate([spread.mean for _, spread, _ in lines]))
    bands = [Band("", s.epochs, s.low, s.high, series=series) for _, s, series in lines if s.members.max() > 1]
    return Panel(
        Axis("epoch"),
        Axis(kind, logarithmic=wide),
        curves=[Curve(label, spread.epochs, spread.mean, series=series) for label, spread, series in lines],
        bands=[_above_0(band) for band in bands] if wide else bands,
    )


def variant_curves_figure(curves: Sequence[CurveRecord], order: Sequence[str]) -> FigureData:
    """Mean losses of compared variants with the band of most replicates.

    Args:
        curves: The lines of ``curves.jsonl``.
        order: Names of the variants, the best first; the first six are drawn.
    """
    known = {curve.variant: curve for curve in curves}
    names = [name for name in order if name in known][:MOST_LINES]
    panels, rows = [], []
    for field, label in (("loss", "training loss"), ("val_loss", "validation loss")):
        lines, bands = [], []
        for series, name in enumerate(names):
            at = np.array(known[name].epochs, dtype=np.float64)
            mean, low, high = (_numbers(getattr(known[name], f"{field}{end}")) for end in ("", "_low", "_high"))
            if len(mean) == len(at) and np.isfinite(mean).any():
                lines.append(Curve(name, at, mean, series=series))
                bands.append(Band("", at, low, high, series=series))
        if lines:
            wide = _is_wide(label, np.concatenate([line.y[np.isfinite(line.y)] for line in lines]))
            panels.append(Panel(Axis("epoch"), Axis(label, logarithmic=wide), curves=lines, bands=bands))
            rows = [(line.label, len(line.x), float(np.nanmin(line.y)), _last(line.y)) for line in lines]
    last = panels[-1].y.label
    hidden = len(known) - len(names)
    return FigureData(
        f"Learning curves of {'the ' if hidden else ''}{len(names)} {'best ' if hidden else ''}variants",
        tuple(panels),
        f"{last[0].upper()}{last[1:]} by epoch: " + "; ".join(f"{r[0]} to {spoken(float(r[3]))}" for r in rows) + ".",
        Table(("variant", "epochs", f"lowest {last}", "last"), tuple(rows)),
        facts={"variants": len(known)},
        caption="Means over all seeds and folds; in the bands lie four of five of them. Losses of variants that differ "
        f"in loss or penalties are not to be compared.{f' Not shown: {hidden} further variants.' if hidden else ''}",
    )


def _table(lines: list[tuple[str, Floats, int]]) -> Table:
    spreads = [(name.partition(",")[0], spread_of(values)) for name, values, _ in lines]
    length = min(len(spread.epochs) for _, spread in spreads)
    places = np.unique(np.linspace(0, length - 1, min(_ROWS, length)).round().astype(int))
    heads = ["epoch", *(head for name, _ in spreads for head in (f"{name} loss", "±"))]
    rows = [
        (
            int(spreads[0][1].epochs[p]),
            *(x for _, s in spreads for x in (float(s.mean[p]), float(s.high[p] - s.mean[p]))),
        )
        for p in places
    ]
    return Table(tuple(heads), tuple(rows))


def _distinct(labels: Sequence[str]) -> list[str]:
    return [
        f"{label} ({labels[: place + 1].count(label)})" if list(labels).count(label) > 1 else label
        for place, label in enumerate(labels)
    ]


def _numbers(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _last(values: Floats) -> float:
    return float(values[np.isfinite(values)][-1])


def _is_wide(label: str, values: Floats) -> bool:
    """Whether a loss goes through so many sizes that equal ratios show more; an error can be 0, and stays linear."""
    values = values[np.isfinite(values)]
    if not label.endswith("loss") or not len(values) or values.min() <= 0:
        return False
    return bool(values.max() / values.min() > _LOGARITHMIC_FROM)


def _above_0(band: Band) -> Band:
    """A band on a logarithmic axis: an end below 0, which the t interval can have, goes to half of the least above."""
    positive = band.low[band.low > 0]
    floor = float(positive.min() if len(positive) else band.high.min()) / 2.0
    return Band(band.label, band.x, np.where(band.low > 0, band.low, floor), band.high, band.series)
