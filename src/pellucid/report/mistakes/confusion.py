"""The confusion table of classes, and the most frequent mix-ups in words."""

from collections.abc import Sequence
from typing import Any

from pellucid.evaluation import format_count, format_percent, plural
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import scrolled
from pellucid.report.words import shortened

__all__ = ["confusion_section"]

MOST_CLASSES = 40
"""More make a table that nobody reads; the most frequent mix-ups are listed all the same."""
DENSE_FROM = 11
MOST_MIXED_UP = 5


def confusion_section(confusion: dict[str, Any], *, file: str) -> Markup:
    """The table with the share found of each class, and the most frequent mix-ups in words."""
    labels: list[str] = confusion["labels"]
    table: list[list[int]] = confusion["table"]
    parts = [_mixed_up(labels, table)]
    if len(labels) <= MOST_CLASSES:
        parts.append(_matrix(labels, table))
    else:
        parts.append(
            element(
                "p",
                f"The full table of {len(labels)} classes is in {file} under detail.confusion.",
                class_="quiet",
            )
        )
    return join(*parts)


def _mixed_up(labels: Sequence[str], table: Sequence[Sequence[int]]) -> Markup:
    pairs = [
        (count, truth, said)
        for truth, row in enumerate(table)
        for said, count in enumerate(row)
        if truth != said and count
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    if not pairs:
        return element("p", "No row was taken for another class.")
    total = sum(count for count, _, _ in pairs)
    if len(labels) == 2:
        named = [
            f"{plural(count, 'time')} “{labels[said]}” for a true “{labels[truth]}”" for count, truth, said in pairs
        ]
        return element("p", shortened(f"{plural(total, 'mistake')}: {', '.join(named)}."))
    named = [f"“{labels[said]}” for a true “{labels[truth]}” ({format_count(count)})" for count, truth, said in pairs]
    return element("p", shortened(f"{plural(total, 'mistake')}. Most often: {', '.join(named[:MOST_MIXED_UP])}."))


def _matrix(labels: Sequence[str], table: Sequence[Sequence[int]]) -> Markup:
    said = [sum(row[place] for row in table) for place in range(len(labels))]
    head = element(
        "tr",
        element("th", "true ↓   said →", scope="col"),
        *(element("th", label, scope="col", title=label) for label in labels),
        element("th", "found", scope="col", class_="edge"),
    )
    body = []
    for place, (label, row) in enumerate(zip(labels, table, strict=True)):
        total = sum(row)
        cells = [
            element("td", format_count(count) if count else "·", class_=_shade(count, total, right=place == column))
            for column, count in enumerate(row)
        ]
        found = format_percent(row[place] / total) if total else "no rows"
        body.append(
            element("tr", element("th", label, scope="row", title=label), *cells, element("td", found, class_="edge"))
        )
    right = [format_percent(table[place][place] / count) if count else "never said" for place, count in enumerate(said)]
    dense = len(labels) >= DENSE_FROM
    foot = None
    if not dense:
        foot = element(
            "tfoot",
            element(
                "tr",
                element("th", "right when said", scope="row"),
                *(element("td", share, class_="edge") for share in right),
                element("td"),
            ),
        )
    whole = element(
        "table",
        element("thead", head),
        element("tbody", *body),
        foot,
        class_="matrix dense" if dense else "matrix",
    )
    return scrolled(whole, "Confusion table", note="Rows of each true class by the class that was said")


def _shade(count: int, total: int, *, right: bool) -> str | None:
    if not count:
        return None
    share = count / total
    step = (
        1 + (share > 0.25) + (share > 0.5) + (share > 0.75)
        if right
        else 1 + (share > 0.05) + (share > 0.15) + (share > 0.3)
    )
    return f"{'r' if right else 'w'}{step}"
