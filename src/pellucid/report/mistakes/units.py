"""Orders, reconstructions and sequences: where they go wrong."""

from typing import Any

from pellucid.evaluation import format_count, format_number, format_percent, plural
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up, scrolled

__all__ = ["column_section", "edit_section", "order_section"]

MOST_COLUMNS = 100
"""More are in the record."""


def order_section(found: dict[str, Any]) -> Markup | None:
    """How evenly groups are put in order; None where there is one group or none, of which the scores say all."""
    if found["groups"] < 2:
        return None
    low, middle, high = (format_percent(share) for share in found["quartiles"])
    return element(
        "p",
        f"Of {plural(found['groups'], 'group')}, half have between {low} and {high} of their pairs in the right order"
        f" (middle {middle}, worst {format_percent(found['lowest'])}); {format_count(found['no_better'])} are no better"
        " than a coin.",
    )


def column_section(found: dict[str, Any], *, file: str) -> Markup:
    """What of each encoded column comes back, and the rows that are farthest off."""
    shown = found["columns"][:MOST_COLUMNS]
    rows = [(each["name"], "–" if each["kept"] is None else format_percent(each["kept"])) for each in shown]
    columns = lined_up(("column", "spread kept"), rows)
    worst = lined_up(
        ("row", "RMSE"), ((format_count(row["row"]), format_number(row["rmse"])) for row in found["worst"]), words=0
    )
    hidden = len(found["columns"]) - len(shown)
    rest = f"{hidden} more columns are in {file} under detail.columns." if hidden > 0 else ""
    return join(
        scrolled(columns, "Columns that come back", note="Share of each encoded column's spread that comes back"),
        element("p", rest, class_="quiet") if rest else None,
        scrolled(
            worst,
            "Rows farthest off",
            note=f"The rows farthest off among {plural(found['rows'], 'test row')}; row 1 is the table's first row",
        ),
    )


def edit_section(found: dict[str, Any]) -> Markup:
    """Labels missing, too many, and taken for others."""
    sentence = (
        f"Of {plural(found['labels'], 'label')} in {plural(found['sequences'], 'sequence')},"
        f" {_number_of(found['missing'])} missing and {_number_of(found['wrong'])} taken for another;"
        f" {_number_of(found['extra'])} too many."
    )
    if not found["swaps"]:
        return element("p", sentence)
    rows = ((each["truth"], each["said"], format_count(each["count"])) for each in found["swaps"])
    table = lined_up(("true label", "taken for", "times"), rows, words=2)
    return join(element("p", sentence), scrolled(table, "Labels taken for others"))


def _number_of(count: int) -> str:
    return f"{format_count(count)} {'is' if count == 1 else 'are'}"
