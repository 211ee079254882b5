"""HTML that is escaped by construction: a string becomes markup only by passing through ``element``."""

import unicodedata
from html import escape
from typing import TypeAlias

__all__ = ["Content", "Markup", "element", "join", "text"]


class Markup(str):
    """Text that is already HTML; everything else is data and gets escaped."""

    __slots__ = ()


Content: TypeAlias = "str | Markup | None"
"""A child of an element: markup as it is, a string escaped, None left out."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def text(value: str) -> Markup:
    """Escaped text; what is hidden, or turns a line around, becomes a replacement character."""
    kept = (letter if unicodedata.category(letter) not in _HIDDEN or letter in "\n\t" else "\ufffd" for letter in value)
    return Markup(escape("".join(kept)))


def element(tag: str, /, *children: Content, **attributes: str | int | bool | None) -> Markup:
    """One element; ``class_`` loses its underscore, others become hyphens, None and False leave an attribute out."""
    written = []
    for name, value in attributes.items():
        key = name.rstrip("_").replace("_", "-")
        if value is True:
            written.append(f" {key}")
        elif value is not None and value is not False:
            written.append(f' {key}="{text(str(value))}"')
    opening = f"<{tag}{''.join(written)}>"
    return Markup(opening) if tag == "meta" else Markup(f"{opening}{join(*children)}</{tag}>")


def join(*children: Content) -> Markup:
    """Children one after the other."""
    return Markup(
        "".join(child if isinstance(child, Markup) else text(child) for child in children if child is not None)
    )
