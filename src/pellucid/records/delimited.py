"""CSV as we write it: RFC 4180 quoting, and no cell that a spreadsheet would run as a formula."""

from collections.abc import Mapping, Sequence

__all__ = ["encode_csv"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def encode_csv(columns: Mapping[str, Sequence[object]]) -> bytes:
    """A table as UTF-8 CSV with a header; lines end with a line feed.

    Text that a spreadsheet would take for a formula (it starts with ``= + - @``, a tab or a carriage return, and is not
    a number) gets a leading apostrophe: OWASP, "CSV Injection". Numbers are written so that reading them back gives the
    same number; None and NaN are empty cells.

    Args:
        columns: Name → values, all of equal length; numbers, text, booleans or None.

    Raises:
        ValueError: If the columns differ in length.
    """
    lines = [",".join(_quoted(_text(name)) for name in columns)]
    # A line with nothing on it is skipped by most readers, so that an only, empty cell needs its quotes.
    lines += [",".join(_quoted(_cell(value)) for value in row) or '""' for row in zip(*columns.values(), strict=True)]
    return ("\n".join(lines) + "\n").encode("utf-8", errors="backslashreplace")


def _quoted(text: str) -> str:
    # The csv module leaves a lone carriage return bare when lines end with "\n", and then cannot read it back.
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n\r') else text


def _cell(value: object) -> str:
    if value is None or value != value:  # NaN is the one value unequal to itself
        return ""
    if isinstance(value, str):
        return _text(value)
    # NumPy's own repr would say np.float64(…).
    return repr(value.item()) if hasattr(value, "item") else str(value)


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
