"""HTML that is escaped by construction: a string becomes markup only by passing through ``element``."""

import json
import re
from html import escape
from typing import Any, TypeAlias

__all__ = ["Content", "Markup", "data_block", "element", "join", "safe", "text"]


class Markup(str):
    """Text that is already HTML. Made by this file alone; everything else is data and gets escaped."""

    __slots__ = ()


Content: TypeAlias = "str | Markup | None"
"""A child of an element: markup as it is, a string escaped, None left out."""

_TURNED = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RIGHT_TO_LEFT = re.compile(f"[{_TURNED}]+(?:[^{_TURNED}\\w]*[{_TURNED}]+)*")
"""Words of Hebrew, Arabic and their kin, with what stands between them (Unicode's blocks of right-to-left letters)."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Controls but tab and line feed, marks and overrides of direction, separators of lines, halves of pairs."""

VOID = frozenset({"meta", "br", "hr", "line", "circle", "rect", "path", "polyline", "image"})


def text(value: str) -> Markup:
    """Escaped text; control characters and the two line separators of JavaScript are shown as a replacement character.

    Bidirectional overrides and marks go as well, and words that are written from right to left stand in an isolate of
    their own: a column name must not be able to turn around what stands beside it.
    """
    return Markup(escape(_RIGHT_TO_LEFT.sub(_isolated, safe(value))))


def safe(value: str) -> str:
    """The text with a replacement character for every one that would not be shown or would steer the line."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", value)


def _isolated(found: "re.Match[str]") -> str:
    return f"\u2068{found[0]}\u2069"


def data_block(value: Any) -> Markup:
    """Plain JSON for the page's script; no text in it can end the block or begin markup.

    Raises:
        ValueError: If a number is not finite.
    """
    told = json.dumps(_safe_parts(value), separators=(",", ":"), allow_nan=False)
    for letter in "<>&":
        told = told.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(f'<script type="application/json">{told}</script>')


def _safe_parts(value: Any) -> Any:
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, dict):
        return {str(key): _safe_parts(each) for key, each in value.items()}
    return [_safe_parts(each) for each in value] if isinstance(value, list | tuple) else value


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
