"""How numbers are written: plainly, or with currency, per cent, thousands separators or a decimal comma."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pellucid.tables.notation import Notation

__all__ = ["Reading", "is_code", "is_number", "read_written_out", "reading_of"]

_NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity)", re.ASCII | re.IGNORECASE)
_LEADING_ZERO = re.compile(r"[+-]?0\d+", re.ASCII)
_LONG_INTEGER = re.compile(r"[+-]?\d{16,}", re.ASCII)

is_number: Callable[[str], re.Match[str] | None] = _NUMBER.fullmatch
"""A match if ``float`` reads it and a person would call it a number (``1_000`` and Arabic digits are not)."""


def is_code(text: str) -> bool:
    """Whether turning this into float64 would lose something: a leading zero, or the last digits of a long integer."""
    if len(text) < 16:
        # Nearly every number is short and begins with another digit; the pattern is for the rest.
        return text[0] in "0+-" and bool(_LEADING_ZERO.fullmatch(text))
    return bool(_LEADING_ZERO.fullmatch(text)) or (
        bool(_LONG_INTEGER.fullmatch(text)) and int(float(text)) != int(text)
    )


@dataclass(frozen=True)
class Reading:
    """How to read a column of written-out numbers: its name, a description for people, and text → number or None."""

    notation: Notation
    description: str
    read: Callable[[str], float | None]


_CURRENCY = r"(?:[$€£¥₹]|USD|EUR|GBP|CHF)"
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?", re.ASCII)
_GROUPED_POINT = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|[+-]?\d+(?:,\d+)?", re.ASCII)
_GROUPED_BLANK = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?:[.,]\d+)?|[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:e[+-]?\d+)?|[+-]?\d+", re.ASCII | re.IGNORECASE)
_PREFIX = re.compile(rf"([+-]?)\s*{_CURRENCY}\s*|\s*{_CURRENCY}$")
_BLANKS = re.compile(r"[ \u00a0\u202f']")


def _plain(text: str) -> float | None:
    return float(text) if is_number(text) else None


def _grouped(text: str) -> float | None:
    return float(text.replace(",", "")) if _GROUPED.fullmatch(text) else None


def _grouped_point(text: str) -> float | None:
    return float(text.replace(".", "").replace(",", ".")) if _GROUPED_POINT.fullmatch(text) else None


def _grouped_blank(text: str) -> float | None:
    return float(_BLANKS.sub("", text).replace(",", ".")) if _GROUPED_BLANK.fullmatch(text) else None


def _decimal_comma(text: str) -> float | None:
    return float(text.replace(",", ".")) if _DECIMAL_COMMA.fullmatch(text) else None


def _percent(text: str) -> float | None:
    bare = text.removesuffix("%").rstrip()
    return None if bare == text else next((v for v in (_plain(bare), _decimal_comma(bare)) if v is not None), None)


def _money_grouped(text: str) -> float | None:
    bare = _PREFIX.sub(r"\1", text)
    return None if bare == text else _grouped(bare)


def _money_grouped_point(text: str) -> float | None:
    bare = _PREFIX.sub(r"\1", text)
    return None if bare == text else _grouped_point(bare)


def _money(text: str) -> float | None:
    return next((v for v in (_money_grouped(text), _money_grouped_point(text)) if v is not None), None)


_READINGS = (
    # Thousands before the decimal comma: "1,234" fits both, and a column in which every value does holds thousands.
    Reading(Notation.COMMA_THOUSANDS, "thousands separated by commas", _grouped),
    Reading(Notation.DECIMAL_COMMA, "a comma for the decimal point", _decimal_comma),
    Reading(
        Notation.POINT_THOUSANDS, "thousands separated by points and a comma for the decimal point", _grouped_point
    ),
    Reading(Notation.BLANK_THOUSANDS, "thousands separated by blanks", _grouped_blank),
    Reading(Notation.PERCENT, "per cent signs", _percent),
    Reading(Notation.CURRENCY_COMMA_THOUSANDS, "currency signs", _money_grouped),
    Reading(Notation.CURRENCY_DECIMAL_COMMA, "currency signs and a comma for the decimal point", _money_grouped_point),
    Reading(Notation.CURRENCY, "currency signs", _money),
)
_BY_NOTATION = {reading.notation: reading for reading in _READINGS}


def reading_of(notation: Notation) -> Reading:
    """The reading of a notation of numbers."""
    return _BY_NOTATION[notation]


def read_written_out(counts: Mapping[str, int], share: float) -> tuple[Reading, dict[str, float]] | None:
    """The first reading that at least ``share`` of the values agree with, and each value's number; else None."""
    total = sum(counts.values())
    if not any(_looks_written_out(text) for text in _few(counts)):
        return None
    for reading in _READINGS:
        numbers = {text: number for text in counts if (number := reading.read(text)) is not None}
        if sum(counts[text] for text in numbers) >= share * total:
            return reading, numbers
    return None


def _few(values: Iterable[str]) -> list[str]:
    return [text for _, text in zip(range(200), values, strict=False)]


def _looks_written_out(text: str) -> bool:
    return (
        len(text) < 40
        and any(letter.isdigit() for letter in text)
        and any(mark in text for mark in ",%$€£¥₹ '.\u00a0\u202fURF")
    )
