"""Small pieces that several sections share: a table that scrolls by itself, a list of named values."""

from collections.abc import Iterable

from pellucid.report.markup import Content, Markup, element, join

__all__ = ["definitions", "scrolled"]


def scrolled(table: Markup, name: str, *, note: str = "") -> Markup:
    """A table in its own sideways scroll, reachable by keyboard, so that a narrow page never scrolls as a whole.

    The note stands above, not as a caption within: a caption would be as wide as the table and be cut off with it.
    """
    frame = element("div", table, class_="scroll", role="region", aria_label=name, tabindex=0)
    return join(element("p", note, class_="note quiet"), frame) if note else frame


def definitions(entries: Iterable[tuple[str, Content]]) -> Markup:
    """Names with their values."""
    parts: list[Content] = []
    for name, value in entries:
        parts += [element("dt", name), element("dd", value)]
    return element("dl", *parts)
