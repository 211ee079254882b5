"""Counts as predicted and as observed: how many rows should have had none, one, two…, and how many had."""

from collections.abc import Sequence
from typing import Any

from pellucid.evaluation import format_count, format_number
from pellucid.report.axes import Axis, frame
from pellucid.report.figure import figure
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up

__all__ = ["count_section"]

SPREAD = 1.3
"""From here on counts are said to spread more than Poisson counts do; at 1/1.3 less."""


def count_section(found: dict[str, Any]) -> Markup:
    """Mean count and mean rate, whether counts spread as Poisson ones do, and the rows with each count."""
    sentences = [
        f"The mean count is {format_number(found['mean_count'])}, the mean predicted rate "
        f"{format_number(found['mean_rate'])}."
    ]
    dispersion = found["dispersion"]
    if not 1 / SPREAD < dispersion < SPREAD:
        more = "more" if dispersion > 1 else "less"
        sentences.append(
            f"Around their rates the counts spread {more} than Poisson counts would: by a factor of "
            f"{format_number(dispersion)} in variance."
        )
    table = lined_up(
        ("count", "rows", "expected"),
        (
            (_words(group), format_count(group["observed"]), format_number(group["expected"]))
            for group in found["counts"]
        ),
    )
    return join(element("p", " ".join(sentences)), _bars(found["counts"], table))


def _words(group: dict[str, Any]) -> str:
    low, high = group["low"], group["high"]
    if high is None:
        return f"{format_count(low)} or more"
    return format_count(low) if low == high else f"{format_count(low)}–{format_count(high)}"


def _bars(groups: Sequence[dict[str, Any]], numbers: Markup) -> Markup:
    """A bar of observed rows for each count, and a dot where the rates would have it end."""
    most = max(max(group["observed"], group["expected"]) for group in groups)
    x, y = Axis(0.5, len(groups) + 0.5, ()), Axis.of(0, max(1.0, most))
    drawn = []
    for place, group in enumerate(groups, start=1):
        middle = x.across(place)
        drawn.append(element("line", x1=middle, x2=middle, y1=y.up(0), y2=y.up(group["observed"]), class_="observed"))
        drawn.append(element("circle", cx=middle, cy=y.up(group["expected"]), r=4, class_="ours-dot"))
        drawn.append(element("text", _short(group), x=middle, y=round(y.up(0) + 17, 1), text_anchor="middle"))
    summary = "; ".join(
        f"{_words(group)}: {group['observed']} rows, {format_number(group['expected'])} expected" for group in groups
    )
    return figure(
        "Rows by count",
        frame(x, y, join(*drawn), title=f"Rows by count: {summary}.", below="count"),
        numbers,
        caption="Bar: rows that have this count. Dot: rows that the predicted rates promise.",
    )


def _short(group: dict[str, Any]) -> str:
    low, high = group["low"], group["high"]
    return f"{low}+" if high is None else str(low) if low == high else f"{low}–{high}"
