"""HTML that is escaped by construction: a string becomes markup only by passing through ``element``."""

from html import escape
from typing import TypeAlias

__all__ = ["Content", "Markup", "element", "join", "text"]


class Markup(str):
    """Text that is already HTML. Made by this file alone; everything else is data and gets escaped."""

    __slots__ = ()


Content: TypeAlias = "str | Markup | None"
"""A child of an element: markup as it is, a string escaped, None left out."""

VOID = frozenset({"meta", "br", "hr", "line", "circle", "rect", "path", "polyline", "use"})


def text(value: str) -> Markup:
    """Escaped text; control characters and the two line separators of JavaScript are shown as a replacement character.

    Bidirectional overrides go as well: a column name must not be able to turn the line around.
    """
    return Markup(escape("".join("\N{REPLACEMENT CHARACTER}" if _is_unsafe(letter) else letter for letter in value)))


def element(tag: str, /, *children: Content, **attributes: str | int | float | bool | None) -> Markup:
    """One element with its children and attributes.

    ``class_`` loses its underscore, other underscores become hyphens; None and False leave an attribute out, True sets
    it bare.
    """
    written = []
    for name, value in attributes.items():
        key = name.rstrip("_").replace("_", "-")
        if value is True:
            written.append(f" {key}")
        elif value is not None and value is not False:
            written.append(f' {key}="{text(str(value))}"')
    opening = f"<{tag}{''.join(written)}>"
    if tag in VOID and not children:
        # The slash is for the SVG elements among them and does no harm to the others.
        return Markup(opening[:-1] + "/>")
    return Markup(f"{opening}{join(*children)}</{tag}>")


def join(*children: Content) -> Markup:
    """Children one after the other."""
    return Markup(
        "".join(child if isinstance(child, Markup) else text(child) for child in children if child is not None)
    )


def _is_unsafe(letter: str) -> bool:
    code = ord(letter)
    return (
        (code < 32 and letter not in "\n\t")
        or 127 <= code < 160
        or code in (0x2028, 0x2029, 0xFFFE, 0xFFFF)
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
        or 0xD800 <= code <= 0xDFFF
    )
