"""Small pieces that several sections share: a table that scrolls by itself, a list of named values."""

from collections.abc import Iterable, Sequence

from pellucid.report.markup import Content, Markup, element, join

__all__ = ["definitions", "lined_up", "scrolled"]


def scrolled(table: Markup, name: str, *, note: str = "") -> Markup:
    """A table in its own sideways scroll, reachable by keyboard, so that a narrow page never scrolls as a whole.

    The note stands above, not as a caption within: a caption would be as wide as the table and be cut off with it.
    """
    frame = element("div", table, class_="scroll", role="region", aria_label=name, tabindex=0)
    return join(element("p", note, class_="note quiet"), frame) if note else frame


def lined_up(
    heads: Sequence[str], rows: Iterable[Sequence[Content]], *, words: int = 1, class_: str | None = None
) -> Markup:
    """A plain table: the first ``words`` columns hold words, the first of them names the row; the others hold numbers.

    Args:
        heads: What stands above each column.
        rows: Cells of each row, as many as heads.
        words: Columns of words at the left; 0 for numbers alone.
        class_: Of the table.
    """

    def kind(place: int) -> str | None:
        return "number" if place >= words else "name" if place == 0 else None

    head = element("tr", *(element("th", name, scope="col", class_=kind(place)) for place, name in enumerate(heads)))
    body = []
    for row in rows:
        cells = [
            element("th", cell, scope="row", class_=kind(place))
            if place == 0 and words
            else element("td", cell, class_=kind(place))
            for place, cell in enumerate(row)
        ]
        body.append(element("tr", *cells))
    return element("table", element("thead", head), element("tbody", *body), class_=class_, data_sortable=True)


def definitions(entries: Iterable[tuple[str, Content]]) -> Markup:
    """Names with their values."""
    parts: list[Content] = []
    for name, value in entries:
        parts += [element("dt", name), element("dd", value)]
    return element("dl", *parts)
