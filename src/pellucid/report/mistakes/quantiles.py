"""Quantiles held to their promise: level by level, and how wide the widest interval is where."""

from typing import Any

from pellucid.evaluation import format_count, format_number, format_percent
from pellucid.report.markup import Markup, element, join
from pellucid.report.mistakes.residuals import residual_section
from pellucid.report.tables import lined_up, scrolled
from pellucid.report.words import percent

__all__ = ["quantile_section"]


def quantile_section(found: dict[str, Any], target: str) -> Markup:
    """Coverage and width of the widest interval, each level, and the errors of the middle one."""
    levels = lined_up(
        ("level", "rows below", "pinball loss"),
        (
            (percent(level["level"]), format_percent(level["below"]), format_number(level["pinball"]))
            for level in found["levels"]
        ),
        words=0,
    )
    tables = [
        scrolled(
            levels, "Levels", note="Share of the test rows whose truth is at most the quantile; it should be the level"
        )
    ]
    words = []
    if "interval" in found:
        interval = found["interval"]
        words.append(
            f"Between the outermost quantiles lie {format_percent(interval['inside'])} of the rows; "
            f"{percent(interval['promised'])} were promised. The interval is {format_number(interval['width'])} "
            "wide on average."
        )
        groups = lined_up(
            ("predicted", "rows", "inside", "width"),
            (
                (
                    format_number(group["predicted"]),
                    format_count(group["rows"]),
                    format_percent(group["inside"]),
                    format_number(group["width"]),
                )
                for group in interval["groups"]
            ),
            words=0,
        )
        note = "The interval from the smallest predictions to the largest: rows inside, and its mean width"
        tables.append(scrolled(groups, "Interval by prediction", note=note))
    middle = percent(found["middle"])
    return join(
        element("p", " ".join(words)) if words else None,
        element("div", *(element("div", table) for table in tables), class_="pair"),
        element("h3", f"Errors of the {middle} quantile"),
        residual_section(found["residuals"], target),
    )
