"""How the best variants learned: mean loss by epoch, with the band that most replicates lie in."""

import math
from collections.abc import Sequence

from pellucid.evaluation import format_count, format_number
from pellucid.records import ComparisonRunRecord, CurveRecord
from pellucid.report.axes import BOX, Axis, frame
from pellucid.report.figure import curve_data, entry, few, figure
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.tables import lined_up

__all__ = ["curves_section"]

MOST = 4
"""Variants that are drawn: more lines are a tangle."""
MOST_POINTS = 150
MOST_ROWS = 10
"""Epochs in the table behind a figure."""
LOGARITHMIC_FROM = 20.0
"""A range of more than this factor is drawn in equal ratios."""
Point = tuple[int, float, float, float]
"""Epoch, mean, and both ends of the band."""


def curves_section(record: ComparisonRunRecord, curves: Sequence[CurveRecord]) -> Markup | None:
    """Training and validation loss of the best few, side by side where there is room; None without curves."""
    known = {curve.variant: curve for curve in curves}
    names = [each.name for each in record.variants if each.rank and each.name in known][:MOST]
    figures = [
        _figure(title, names, [_points(known[name], field) for name in names])
        for title, field in (("Training loss", "loss"), ("Validation loss", "val_loss"))
        if any(_points(known[name], field) for name in names)
    ]
    if not figures:
        return None
    which = f"the {len(names)} best variants" if len(names) > 1 else "the chosen variant"
    note = (
        f"Of {which}: the mean over all seeds and folds, and the band in which four of five of them lie. Variants with "
        "different losses or penalties are not to be compared by their losses."
    )
    return join(element("p", note, class_="quiet"), element("div", *figures, class_="pair"))


def _points(curve: CurveRecord, field: str) -> list[Point]:
    mean, low, high = (getattr(curve, f"{field}{end}") for end in ("", "_low", "_high"))
    found = [
        (epoch, own, least, most)
        for epoch, own, least, most in zip(curve.epochs, mean, low, high, strict=False)
        if own is not None and least is not None and most is not None and math.isfinite(most)
    ]
    step = max(1, math.ceil(len(found) / MOST_POINTS))
    return found[::step] + (found[-1:] if (len(found) - 1) % step else [])


def _figure(title: str, names: Sequence[str], lines: Sequence[Sequence[Point]]) -> Markup:
    every = [point for line in lines for point in line]
    low, high = min(point[2] for point in every), max(point[3] for point in every)
    # The first epochs of a band may reach far up; what matters is the means.
    high = min(high, 1.5 * max(point[1] for point in every)) if low > 0 else high
    logarithmic = low > 0 and high / low > LOGARITHMIC_FROM
    x = Axis.of(1, max(2, *(point[0] for point in every)), whole=True)
    y = Axis.of(low, high, logarithmic=logarithmic)

    def placed(line: Sequence[Point], end: int) -> list[str]:
        return [f"{x.across(point[0]):g},{y.up(min(point[end], high)):g}" for point in line]

    drawn: list[Markup] = []
    for number, line in enumerate(lines):
        if len(line) > 1:
            outline = " ".join(placed(line, 2) + placed(line, 3)[::-1])
            drawn.append(element("polygon", points=outline, class_=f"band line{number}", data_line=f"band{number}"))
    for number, line in enumerate(lines):
        points = " ".join(placed(line, 1))
        drawn.append(element("polyline", points=points, class_=f"curve line{number}", data_line=f"line{number}"))
    told = "; ".join(f"{name} to {line[-1][1]:.3g}" for name, line in zip(names, lines, strict=True) if line)
    entries = []
    for number, (name, line) in enumerate(zip(names, lines, strict=True)):
        if line:
            mark = element("polyline", points="0,5 26,5", class_=f"curve line{number}")
            entries.append(entry(mark, name, shows=f"line{number} band{number}"))
    return figure(
        f"{title}{' (logarithmic scale)' if logarithmic else ''}",
        frame(x, y, join(*drawn), title=f"{title} by epoch: {told}.", below="epoch"),
        _table(names, lines),
        legend=entries,
        kind="curves",
        data=_read_out(names, lines, x),
    )


def _table(names: Sequence[str], lines: Sequence[Sequence[Point]]) -> Markup:
    epochs, at = _by_epoch(lines)
    rows: list[list[Content]] = []
    for place in few(len(epochs), MOST_ROWS):
        row: list[Content] = [format_count(epochs[place])]
        for line in at:
            point = line.get(epochs[place])
            row.append("–" if point is None else " ".join((format_number(point[1]), f"({_band(point)})")))
        rows.append(row)
    return lined_up(["epoch", *(f"{name}, mean (band)" for name in names)], rows, words=0)


def _band(point: Point) -> str:
    return f"{format_number(point[2], like=point[1])}–{format_number(point[3], like=point[1])}"


def _read_out(names: Sequence[str], lines: Sequence[Sequence[Point]], x: Axis) -> dict[str, object]:
    epochs, at = _by_epoch(lines)
    told = []
    for name, line in zip(names, at, strict=True):
        points = [line.get(epoch) for epoch in epochs]
        ends = {
            key: [None if point is None else point[part] for point in points]
            for key, part in (("value", 1), ("low", 2), ("high", 3))
        }
        told.append({"name": name if len(name) <= 40 else f"{name[:39]}…", **ends})
    return curve_data("epoch", epochs, told, box=BOX, axis=x)


def _by_epoch(lines: Sequence[Sequence[Point]]) -> tuple[list[int], list[dict[int, Point]]]:
    """All epochs, and the points of every line by epoch."""
    return sorted({point[0] for line in lines for point in line}), [
        {point[0]: point for point in line} for line in lines
    ]
