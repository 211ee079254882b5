"""Text and numbers made fit for people: a name from a stranger's file must not steer the terminal."""

import math
import unicodedata

__all__ = ["MINUS", "THIN", "format_number", "grouped", "printable", "quoted"]

THIN = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

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


def format_number(value: float, *, digits: int = 3, sign: bool = False, like: float | None = None) -> str:
    """A number in a unit: at least ``digits`` significant digits, whole digits never dropped.

    ``48 213``, ``103``, ``23.1``, ``2.31``, ``0.0231``, ``2.31e−07``; ``sign`` puts a plus before what is positive, and
    ``like`` names the number whose decimals are to be used, so that numbers that belong together end at one place.
    """
    if not math.isfinite(value):
        return "none" if math.isnan(value) else f"{MINUS if value < 0 else ''}∞"
    size, model = abs(value), abs(value if like is None else like)
    if model != 0 and (model < 1e-4 or model >= 1e15):
        text = f"{size:.{digits - 1}e}"
    else:
        # Rounding can carry into a new digit (9.996 → 10.0), so the place is found after rounding.
        rounded = float(f"{model:.{digits - 1}e}")
        place = math.floor(math.log10(rounded)) if rounded else 0
        text = f"{size:,.{max(0, digits - 1 - place)}f}".replace(",", THIN)
    before = "" if not float(text.replace(THIN, "")) else MINUS if value < 0 else "+" if sign else ""
    return before + text.replace("-", MINUS)


def _spelled(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
