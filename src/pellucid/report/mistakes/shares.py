"""Predicted shares part by part, and the rows that are farthest off."""

from typing import Any

from pellucid.evaluation import format_count, format_percent, plural
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up, scrolled

__all__ = ["share_section"]

MOST_PARTS = 100
"""More are in the record."""


def share_section(found: dict[str, Any], *, file: str) -> Markup:
    """How much of a distribution is misplaced on average, the parts, and the worst rows."""
    sentence = (
        f"On average {format_percent(found['off'])} of a row's distribution would have to be moved to make it the true "
        "one."
    )
    parts = lined_up(
        ("part", "true share", "predicted", "off by"),
        (
            (part["name"], *(format_percent(part[key]) for key in ("truth", "predicted", "off")))
            for part in found["parts"][:MOST_PARTS]
        ),
    )
    worst = lined_up(
        ("row", "part farthest off", "true", "predicted", "to be moved"),
        (
            (
                format_count(row["row"]),
                row["part"],
                *(format_percent(row[key]) for key in ("truth", "predicted", "off")),
            )
            for row in found["worst"]
        ),
        words=2,
    )
    hidden = len(found["parts"]) - MOST_PARTS
    rest = f"{hidden} more parts are in {file} under detail.shares." if hidden > 0 else ""
    worst_note = (
        f"The rows farthest off among {plural(found['rows'], 'test row')}; row 1 is the table's first row of data"
    )
    return join(
        element("p", sentence),
        scrolled(parts, "Parts", note="Mean true and predicted share, and the mean size of their difference"),
        element("p", rest, class_="quiet") if rest else None,
        scrolled(worst, "Rows farthest off", note=worst_note),
    )
