"""Text and counts made fit for people: a name from a stranger's file must not steer the terminal."""

import unicodedata

__all__ = ["grouped", "printable", "quoted"]

# Control, direction and zero-width characters, lone surrogates, private and unassigned ones, separators of lines.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, *, limit: int | None = None) -> str:
    r"""The text on one line with hidden characters spelled out (``\x1b``, ``\u202e``), so that two names stay two.

    Args:
        text: Anything.
        limit: Characters to give at most; what is cut ends with an ellipsis. None cuts nothing.
    """
    # What lies far beyond the limit need not be looked at; one character more shows that there is more.
    start = text if limit is None else text[: limit + 1]
    shown = "".join(letter if unicodedata.category(letter) not in _HIDDEN else _spelled(letter) for letter in start)
    return shown if limit is None or len(shown) <= limit else shown[: limit - 1] + "…"


def quoted(text: str, *, limit: int | None = None) -> str:
    """The printable text in quotation marks, as it stands in messages."""
    mark = '"' if "'" in text and '"' not in text else "'"
    return f"{mark}{printable(text, limit=limit)}{mark}"


def grouped(count: int) -> str:
    """A whole number with a narrow blank between the thousands, as in ``26 048``, so that no line breaks inside."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _spelled(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
