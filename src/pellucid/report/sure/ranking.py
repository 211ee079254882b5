"""ROC curves: of the rows of a class, how many are found at the price of how many false alarms."""

from collections.abc import Sequence

import numpy as np

from pellucid.evaluation import format_count, format_percent
from pellucid.report.axes import BOX, Axis, frame
from pellucid.report.figure import curve_data, entry, few, figure
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up
from pellucid.shapes import Array, Floats

__all__ = ["roc_area", "roc_curve", "roc_figure"]

MOST_CURVES = 4
MOST_POINTS = 150
PRICES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of false alarms in the table."""


def roc_curve(said: Floats, true: Array) -> tuple[Floats, Floats]:
    """Shares of false alarms and of hits, rising from (0, 0) to (1, 1), rows of equal probability taken together.

    Args:
        said: Probabilities ``[n]``.
        true: Whether a row is of the class ``[n]``, with both kinds among them.
    """
    order = np.argsort(-said, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(said[order]) != 0, True))
    hits = np.cumsum(true[order])[ends]
    alarms = ends + 1 - hits
    return np.append(0.0, alarms / alarms[-1]), np.append(0.0, hits / hits[-1])


def roc_area(alarms: Floats, hits: Floats) -> float:
    """Area under the curve: the chance that a row of the class gets a higher probability than another one."""
    return float(np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2))


def roc_figure(truth: Array, probabilities: Floats, classes: Sequence[str]) -> Markup | None:
    """The curve of the second of two classes, or of those classes that are found worst; None with one class alone."""
    which = [1] if len(classes) == 2 else range(len(classes))
    found = []
    for place in which:
        true = truth == place
        if true.any() and not true.all():
            alarms, hits = roc_curve(probabilities[:, place], true)
            found.append((roc_area(alarms, hits), place, alarms, hits))
    if not found:
        return None
    found.sort(key=lambda each: each[:2])
    x = y = Axis(0.0, 1.0, (0, 0.25, 0.5, 0.75, 1.0))
    drawn = [element("line", x1=x.across(0), y1=y.up(0), x2=x.across(1), y2=y.up(1), class_="diagonal")]
    entries = []
    for number, (area, place, alarms, hits) in enumerate(found[:MOST_CURVES]):
        points = " ".join(
            f"{x.across(float(alarms[at])):g},{y.up(float(hits[at])):g}" for at in few(len(alarms), MOST_POINTS)
        )
        kind = f"curve line{number}"
        drawn.append(element("polyline", points=points, class_=kind, data_line=f"roc{number}"))
        sign = element("polyline", points="0,5 26,5", class_=kind)
        entries.append(entry(sign, f"{_name(classes[place])}, area {area:.3f}", shows=f"roc{number}"))
    entries.append(entry(element("line", x1=0, y1=5, x2=26, y2=5, class_="diagonal"), "guessing, area 0.500"))
    rows = [
        (
            _name(classes[place]),
            f"{area:.3f}",
            *(format_percent(float(hits[np.searchsorted(alarms, price, side="right") - 1])) for price in PRICES),
        )
        for area, place, alarms, hits in found
    ]
    heads = ["class", "area", *(f"found at {format_percent(price)} false alarms" for price in PRICES)]
    worst = f"the {MOST_CURVES} classes found worst of {format_count(len(classes))}"
    grid = np.linspace(0, 1, 101)
    lines = [
        {"name": _name(classes[place]), "value": np.interp(grid, alarms, hits).tolist()}
        for _, place, alarms, hits in found[:MOST_CURVES]
    ]
    told = "; ".join(f"{_name(classes[place])} area {area:.3f}" for area, place, _, _ in found[:MOST_CURVES])
    return figure(
        "Found against false alarms (ROC)" + (f", {worst}" if len(found) > MOST_CURVES else ""),
        frame(x, y, join(*drawn), title=f"ROC curves: {told}.", below="share of the other rows taken for it"),
        lined_up(heads, rows),
        legend=entries,
        kind="curves",
        data=curve_data("false alarms", grid.tolist(), lines, box=BOX, axis=x),
    )


def _name(label: str) -> str:
    return f"“{label if len(label) <= 24 else label[:23] + '…'}”"
