"""Small pieces that several sections share: a table that scrolls by itself, a list of named values."""

from collections.abc import Iterable

from pellucid.report.markup import Content, Markup, element

__all__ = ["definitions", "scrolled"]


def scrolled(table: Markup, name: str) -> Markup:
    """A table in its own sideways scroll, reachable by keyboard, so that a narrow page never scrolls as a whole."""
    return element("div", table, class_="scroll", role="region", aria_label=name, tabindex=0)


def definitions(entries: Iterable[tuple[str, Content]]) -> Markup:
    """Names with their values."""
    parts: list[Content] = []
    for name, value in entries:
        parts += [element("dt", name), element("dd", value)]
    return element("dl", *parts)
