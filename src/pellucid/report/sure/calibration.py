"""Calibration: whether what is said to be so sure comes true as often."""

import math
from dataclasses import dataclass

import numpy as np

from pellucid.evaluation import format_count, format_percent
from pellucid.report.axes import Axis, frame
from pellucid.report.figure import entry, figure
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up
from pellucid.shapes import Array, Floats

__all__ = ["Group", "calibration_error", "calibration_figure", "calibration_groups", "wilson"]

MOST_GROUPS = 10
LEAST_ROWS = 15
"""Rows in a group: of fewer the observed share says nothing."""
Z = 1.959964
"""Of a 95 % interval."""


@dataclass(frozen=True)
class Group:
    """Rows that were given about the same probability.

    Attributes:
        rows: How many.
        said: Mean probability.
        seen: Share that came true.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    rows: int
    said: float
    seen: float
    low: float
    high: float


def wilson(count: int, rows: int) -> tuple[float, float]:
    """The 95 % interval of a share: Wilson (1927), "Probable inference", JASA 22."""
    share, more = count / rows, Z * Z / rows
    middle = (share + more / 2) / (1 + more)
    half = Z * math.sqrt(share * (1 - share) / rows + more / (4 * rows)) / (1 + more)
    return max(0.0, middle - half), min(1.0, middle + half)


def calibration_groups(said: Floats, true: Array) -> list[Group]:
    """Groups of equally many rows, by rising probability.

    Args:
        said: Probabilities ``[n]``.
        true: Whether it came true ``[n]``.
    """
    order = np.argsort(said, kind="stable")
    count = max(1, min(MOST_GROUPS, len(said) // LEAST_ROWS))
    groups = []
    for places in np.array_split(order, count):
        rows, came = len(places), int(true[places].sum())
        groups.append(Group(rows, float(said[places].mean()), came / rows, *wilson(came, rows)))
    return groups


def calibration_error(groups: list[Group]) -> float:
    """Mean distance of the shares from the probabilities, by rows (expected calibration error)."""
    rows = sum(group.rows for group in groups)
    return math.fsum(group.rows * abs(group.said - group.seen) for group in groups) / rows


def calibration_figure(groups: list[Group], *, what: str) -> Markup:
    """The groups as dots with their intervals about the line on which probabilities keep their promise.

    Args:
        groups: Of the test rows.
        what: What the probability is of, such as ``class “yes”``.
    """
    x = y = Axis(0.0, 1.0, (0, 0.25, 0.5, 0.75, 1.0))
    drawn = [element("line", x1=x.across(0), y1=y.up(0), x2=x.across(1), y2=y.up(1), class_="diagonal")]
    for group in groups:
        place = x.across(group.said)
        drawn.append(element("line", x1=place, x2=place, y1=y.up(group.low), y2=y.up(group.high), class_="ours-line"))
        drawn.append(element("circle", cx=place, cy=y.up(group.seen), r=4, class_="ours-dot"))
    summary = "; ".join(f"said {format_percent(g.said)}, came true {format_percent(g.seen)}" for g in groups)
    table = lined_up(
        ("rows", "said", "came true", "95 % from", "to"),
        ((format_count(g.rows), *(format_percent(v) for v in (g.said, g.seen, g.low, g.high))) for g in groups),
        words=0,
    )
    return figure(
        "Calibration",
        frame(x, y, join(*drawn), title=f"Calibration of {what}: {summary}.", below=f"probability of {what}"),
        table,
        legend=[
            entry(element("circle", cx=13, cy=5, r=4, class_="ours-dot"), "share that came true, 95 % interval"),
            entry(element("line", x1=0, y1=5, x2=26, y2=5, class_="diagonal"), "probabilities that keep their promise"),
        ],
    )
