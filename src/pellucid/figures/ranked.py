"""How well scores rank rows: the ROC curve and precision against recall, one line for each class against the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Curve, FigureData, Panel
from pellucid.figures.table import Cell, Table
from pellucid.shapes import Array, Floats

__all__ = ["OneAgainstRest", "average_precision", "precision_recall", "precision_recall_figure", "roc", "roc_figure"]

_MOST = 6
_PLACES = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class OneAgainstRest:
    """One class against all others.

    Attributes:
        label: The class.
        is_it: Whether a row is of it ``[n]``.
        score: The higher, the likelier ``[n]``.
    """

    label: str
    is_it: Array
    score: Floats


def roc(is_it: Array, score: Floats) -> tuple[Floats, Floats]:
    """Shares of the others (false alarms) and of the class (hits) above every threshold, from (0, 0) to (1, 1).

    Equal scores make one step, so that the order of rows counts for nothing (Fawcett 2006, algorithm 1).
    """
    hits, alarms = _above(is_it, score)
    return np.append(0.0, alarms / alarms[-1]), np.append(0.0, hits / hits[-1])


def area(x: Floats, y: Floats) -> float:
    """Under straight lines from point to point."""
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2.0))


def precision_recall(is_it: Array, score: Floats) -> tuple[Floats, Floats]:
    """Recall and precision at every threshold, from the highest score down ``[k]``."""
    hits, alarms = _above(is_it, score)
    return hits / hits[-1], hits / (hits + alarms)


def average_precision(recall: Floats, precision: Floats) -> float:
    """Σ (rₖ − rₖ₋₁)·pₖ: no straight lines between points, which would flatter (Davis & Goadrich 2006)."""
    return float(np.sum(np.diff(np.append(0.0, recall)) * precision))


def _above(is_it: Array, score: Floats) -> tuple[Floats, Floats]:
    """Rows of the class and of the others among those that score at least each of the distinct scores, falling."""
    order = np.argsort(-np.asarray(score, dtype=np.float64), kind="stable")
    ranked, own = np.asarray(score)[order], np.asarray(is_it, dtype=np.float64)[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    hits = np.cumsum(own)[last]
    return hits, last + 1.0 - hits


def roc_figure(classes: Sequence[OneAgainstRest], *, interval: tuple[float, float] | None = None) -> FigureData:
    """Hits against false alarms, with the area under each curve.

    Args:
        classes: The class in question, or each against the rest; those without rows, or with all, are left out, and of
            more than six the most frequent are shown.
        interval: Of the area, where it is known and there is one class.
    """
    usable, caption = _usable(classes)
    curves: list[Curve] = []
    rows: list[tuple[Cell, ...]] = []
    areas: list[float] = []
    for series, each in enumerate(usable):
        alarms, hits = roc(each.is_it, each.score)
        areas.append(area(alarms, hits))
        curves.append(Curve(f"{each.label}: {areas[-1]:.3f}", alarms, hits, series=series))
        at = [float(np.interp(place, alarms, hits)) for place in _PLACES]
        rows.append((each.label, int(each.is_it.sum()), areas[-1], *at))
    chance = Curve("chance: 0.500", np.array([0.0, 1.0]), np.array([0.0, 1.0]), role="reference")
    sure = f" (95 % interval {spoken(interval[0])} to {spoken(interval[1])})" if interval and len(usable) == 1 else ""
    alt = f"ROC curve{'s' if len(usable) > 1 else ''} on the test rows; area under it: " + "; ".join(
        f"{each.label} {value:.3f}{sure}" for each, value in zip(usable, areas, strict=True)
    )
    heads = ("class", "rows", "area", *(f"hits at {place:g}" for place in _PLACES))
    return FigureData(
        "ROC: hits against false alarms",
        (
            Panel(
                Axis("share of the others that are taken for it"),
                Axis("share of the class that is found"),
                curves=[*curves, chance],
                limits=(-0.01, 1.01, -0.01, 1.01),
                square=True,
                title="area under the curve",
            ),
        ),
        f"{alt}.",
        Table(heads, tuple(rows)),
        facts={f"area of {each.label}": value for each, value in zip(usable, areas, strict=True)},
        caption=caption,
    )


def precision_recall_figure(classes: Sequence[OneAgainstRest]) -> FigureData:
    """Precision against recall, with the base rate of each class: what guessing would give.

    Args:
        classes: As in ``roc_figure``.
    """
    usable, caption = _usable(classes)
    curves: list[Curve] = []
    rates: list[Curve] = []
    rows: list[tuple[Cell, ...]] = []
    told: list[str] = []
    for series, each in enumerate(usable):
        recall, precision = precision_recall(each.is_it, each.score)
        average, rate = average_precision(recall, precision), float(np.mean(each.is_it))
        # Between two thresholds precision is that of the later one: the step goes back.
        x, y = np.append(0.0, np.repeat(recall, 2)[:-1]), np.repeat(precision, 2)
        curves.append(Curve(f"{each.label}: {average:.3f}", x, y, series=series))
        rates.append(Curve("base rate", np.array([0.0, 1.0]), np.array([rate, rate]), role="reference"))
        at = [float(precision[int(np.searchsorted(recall, place))]) for place in _PLACES]
        rows.append((each.label, int(each.is_it.sum()), rate, average, *at))
        told.append(f"{each.label} {average:.3f} (base rate {rate:.3f})")
    heads = ("class", "rows", "base rate", "average precision", *(f"at recall {place:g}" for place in _PLACES))
    return FigureData(
        "Precision and recall",
        (
            Panel(
                Axis("recall: share of the class that is found"),
                Axis("precision: share of the found that is right"),
                curves=[*curves, *rates],
                limits=(-0.01, 1.01, -0.01, 1.02),
                square=True,
                title="average precision",
            ),
        ),
        f"Precision against recall on the test rows; average precision: {'; '.join(told)}.",
        Table(heads, tuple(rows)),
        facts={f"average precision of {row[0]}": row[3] for row in rows},
        caption=caption,
    )


def _usable(classes: Sequence[OneAgainstRest]) -> tuple[list[OneAgainstRest], str]:
    """Classes that have a curve, at most six, and what has to be said of the others."""
    curved = [each for each in classes if 0 < int(np.sum(each.is_it)) < len(each.is_it)]
    order = sorted(range(len(curved)), key=lambda place: -int(np.sum(curved[place].is_it)))[:_MOST]
    shown = [curved[place] for place in sorted(order)]
    told = ["Each class against all others."] if len(classes) > 1 else []
    if len(curved) > len(shown):
        told.append(f"Shown are the {len(shown)} most frequent of {len(curved)} classes.")
    if len(classes) > len(curved):
        told.append(f"Without a curve, as they have no test rows (or all): {len(classes) - len(curved)}.")
    return shown, " ".join(told)
