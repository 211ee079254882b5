"""The values of one factor: numbers along an axis, names as rows; each with every variant that has it."""

from collections.abc import Sequence

from pellucid.evaluation import plural
from pellucid.printable import MINUS, THIN
from pellucid.records import ComparisonRunRecord, FactorRecord, ImportanceRecord, VariantRecord
from pellucid.report.axes import Axis, frame
from pellucid.report.comparison.scale import Scale
from pellucid.report.comparison.words import Numbers, metric_title
from pellucid.report.figure import entry, few, figure
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up, scrolled

__all__ = ["level_chart", "level_table"]

STRIP = 240
MOST_LEVELS = 30
"""Values with names in a table; more are in comparison.json."""
MOST_DOTS = 400
MOST_ROWS = 30
"""Variants in the table behind a chart."""
ROOM = 0.03
"""Of the axis, free at either end."""


def level_chart(
    factor: FactorRecord,
    importance: ImportanceRecord | None,
    judged: Sequence[VariantRecord],
    record: ComparisonRunRecord,
    scale: Scale,
) -> Markup:
    """A factor of numbers: the line of means, with its band where nothing else varies, else with all variants as dots.

    Args:
        factor: Of numbers.
        importance: What is known of its values.
        judged: Variants with a mean.
        record: The comparison.
        scale: What is worth drawing; what lies beyond stands at its end.
    """
    points = sorted(
        ((float(each.levels[factor.name]), each.rank, each) for each in judged if factor.name in each.levels),
        key=lambda point: point[:2],
    )
    places = [x for x, _, _ in points]
    logarithmic = factor.scale == "log" and places[0] > 0
    x, y = _across(places[0], places[-1], logarithmic=logarithmic), Axis.of(scale.low, scale.high)

    def up(value: float) -> float:
        return y.up(min(max(value, scale.low), scale.high))

    drawn: list[Markup] = []
    alone = len(record.factors) == 1
    entries: list[Markup] = []
    if alone:
        ends = [(at, each.low, each.high) for at, _, each in points if each.low is not None and each.high is not None]
        if len(ends) > 1:
            outline = [(at, low) for at, low, _ in ends] + [(at, high) for at, _, high in reversed(ends)]
            drawn.append(_shape("polygon", [(x.across(at), up(value)) for at, value in outline], "band"))
            entries.append(entry(element("rect", x=0, y=0, width=26, height=10, class_="band"), f"95{THIN}% interval"))
        line = [(at, each.mean) for at, _, each in points if each.mean is not None]
    else:
        line = _level_means(importance, set(places))
    if len(line) > 1:
        drawn.append(_shape("polyline", [(x.across(at), up(value)) for at, value in line], "mean"))
        name = "mean" if alone else "mean, all else equal"
        entries.append(entry(element("polyline", points="0,5 26,5", class_="mean"), name))
    if not alone:
        drawn += [
            element("circle", cx=x.across(at), cy=up(each.mean), r=2.6, class_="dot")
            for at, _, each in points[:MOST_DOTS]
            if each.mean is not None
        ]
        entries.append(entry(element("circle", cx=13, cy=5, r=2.6, class_="dot"), "one variant"))
    best = next(((at, each) for at, rank, each in points if rank == 1), None)
    if best is not None and best[1].mean is not None:
        drawn.append(element("circle", cx=x.across(best[0]), cy=up(best[1].mean), r=4, class_="best"))
        entries.append(entry(element("circle", cx=13, cy=5, r=4, class_="best"), "chosen"))
    low, high = (factor_text(each, factor) for each in (points[0][2], points[-1][2]))
    told = f"{metric_title(record)} by {factor.name}, from {low} to {high}."
    if best is not None:
        told += f" Best at {factor_text(best[1], factor)}."
    numbers = Numbers(record)
    kept = [points[place] for place in few(len(points), MOST_ROWS)]
    rows = [
        (
            factor_text(each, factor),
            "–" if each.mean is None else numbers.value(each.mean),
            numbers.interval(each.low, each.high) or "–",
            str(rank),
        )
        for _, rank, each in kept
    ]
    return figure(
        f"{metric_title(record)} by {factor.name}",
        frame(x, y, join(*drawn), title=told, below=f"{factor.name}{' (equal ratios)' if logarithmic else ''}"),
        lined_up((factor.name, "mean", f"95{THIN}% interval", "rank"), rows, words=0),
        legend=entries,
    )


def factor_text(variant: VariantRecord, factor: FactorRecord) -> str:
    """A variant's value of a factor, as it was written."""
    return variant.levels[factor.name]


def _across(low: float, high: float, *, logarithmic: bool) -> Axis:
    """An axis with a little room at either end, so that no point lies on its frame."""
    if logarithmic and high > low:
        room = (high / low) ** ROOM
        return Axis.of(low / room, high * room, logarithmic=True)
    return Axis.of(low, high)


def _level_means(importance: ImportanceRecord | None, places: set[float]) -> list[tuple[float, float]]:
    """Value and mean of every level; of a range of numbers, its middle. Empty where a level cannot be placed."""
    found = []
    for level in () if importance is None else importance.levels:
        try:
            ends = [float(end.replace(THIN, "").replace(MINUS, "-")) for end in level.label.split(" to ")]
        except ValueError:
            return []
        inside = (
            sorted(place for place in places if ends[0] * 0.995 <= place <= ends[-1] * 1.005) if len(ends) > 1 else ends
        )
        found.append((inside[len(inside) // 2] if inside else ends[0], level.mean))
    return sorted(found)


def level_table(
    factor: FactorRecord,
    importance: ImportanceRecord | None,
    judged: Sequence[VariantRecord],
    record: ComparisonRunRecord,
    scale: Scale,
) -> Markup:
    """A factor of names: a row for every value, with the mean of its variants and all of them on one scale.

    Args:
        factor: Of names.
        importance: What is known of its values.
        judged: Variants with a mean.
        record: The comparison.
        scale: What is worth drawing.
    """
    numbers = Numbers(record)
    means = {} if importance is None else {level.label: level.mean for level in importance.levels}
    rows = []
    for value in factor.values[:MOST_LEVELS]:
        own = [each.mean for each in judged if each.levels.get(factor.name) == value and each.mean is not None]
        if not own:
            continue
        mean = means.get(value, sum(own) / len(own))
        rows.append((mean, value, own))
    rows.sort(key=lambda row: row[0], reverse=record.greater_is_better)
    body = [
        element(
            "tr",
            element("th", value, scope="row", class_="name"),
            element("td", numbers.value(mean), class_="number"),
            element("td", _strip(mean, own, scale)),
        )
        for mean, value, own in rows
    ]
    heads = ((factor.name, None), ("mean", "number"), ("variants with it", None))
    table = element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col", class_=kind) for name, kind in heads))),
        element("tbody", *body),
        class_="levels",
        data_sortable=True,
    )
    hidden = len(factor.values) - MOST_LEVELS
    more = element("p", f"{plural(hidden, 'more value')} in comparison.json.", class_="quiet") if hidden > 0 else None
    return element(
        "div",
        element("p", f"{metric_title(record)} by {factor.name}", class_="chart-title"),
        scrolled(table, f"Values of {factor.name}"),
        more,
        class_="values",
    )


def _strip(mean: float, own: Sequence[float], scale: Scale) -> Markup:
    """All variants with a value as dots, their mean as a line across."""

    def place(value: float) -> float:
        return round(6 + (STRIP - 12) * scale.share(value), 1)

    return element(
        "svg",
        element("line", x1=0, x2=STRIP, y1=8, y2=8, class_="axis"),
        *(element("circle", cx=place(value), cy=8, r=3, class_="dot") for value in own[:MOST_DOTS]),
        element("line", x1=place(mean), x2=place(mean), y1=1, y2=15, class_="ours-line"),
        viewBox=f"0 0 {STRIP} 16",
        class_="whisker",
        preserveAspectRatio="xMinYMid meet",
        aria_hidden="true",
    )


def _shape(tag: str, points: Sequence[tuple[float, float]], kind: str) -> Markup:
    return element(tag, points=" ".join(f"{across:g},{up:g}" for across, up in points), class_=kind)
