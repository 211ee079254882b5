"""How the best variants learned: mean loss by epoch, with the band that most replicates lie in."""

import math
from collections.abc import Sequence

from pellucid.records import ComparisonRunRecord, CurveRecord
from pellucid.report.axes import Axis, frame
from pellucid.report.markup import Markup, element, join

__all__ = ["curves_section"]

MOST = 4
"""Variants that are drawn: more lines are a tangle."""
MOST_POINTS = 150
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
            outline = placed(line, 2) + placed(line, 3)[::-1]
            drawn.append(element("polygon", points=" ".join(outline), class_=f"band line{number}"))
    for number, line in enumerate(lines):
        drawn.append(element("polyline", points=" ".join(placed(line, 1)), class_=f"curve line{number}"))
    told = "; ".join(f"{name} to {line[-1][1]:.3g}" for name, line in zip(names, lines, strict=True) if line)
    entries = [
        element(
            "li",
            element(
                "svg",
                element("polyline", points="0,5 26,5", class_=f"curve line{number}"),
                viewBox="0 0 26 10",
                aria_hidden="true",
            ),
            name,
        )
        for number, (name, line) in enumerate(zip(names, lines, strict=True))
        if line
    ]
    return element(
        "figure",
        element("p", f"{title}{' (logarithmic scale)' if logarithmic else ''}", class_="chart-title"),
        frame(x, y, join(*drawn), title=f"{title} by epoch: {told}.", below="epoch"),
        element("ul", *entries, class_="legend"),
    )
