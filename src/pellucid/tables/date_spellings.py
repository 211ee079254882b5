"""How dates are written, and when day and month cannot be told apart."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pellucid.tables.notation import Notation

__all__ = ["Ambiguous", "Dates", "read_dates", "read_in_order"]

_TIME = (
    r"(?:[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<part>\d{1,9}))?)?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})" + _TIME, re.ASCII)
_POINTS = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})" + _TIME, re.ASCII)
_EITHER = re.compile(r"(?P<first>\d{1,2})([/-])(?P<then>\d{1,2})\2(?P<year>\d{4})" + _TIME, re.ASCII)
_WORDS = re.compile(r"(?P<day>\d{1,2})[ -](?P<name>[A-Za-z]{3,9})\.?[ -](?P<year>\d{4})" + _TIME, re.ASCII)
_AMERICAN_WORDS = re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})" + _TIME, re.ASCII)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_STEP = np.timedelta64(1, "us")


class Ambiguous:
    """The answer when every date fits both day-first and month-first."""


@dataclass(frozen=True)
class Dates:
    """Each text's moment, and the order of day and month where only the other values told it."""

    moments: dict[str, np.datetime64]
    notation: Notation | None = None


def read_dates(values: Iterable[str]) -> Dates | type[Ambiguous] | None:
    """Each text's moment in UTC, :class:`Ambiguous` if day and month cannot be told apart, None if one is no date."""
    texts = list(values)
    if not texts or not _could_be_date(texts[0]):
        return None
    for pattern in (_ISO, _POINTS, _WORDS, _AMERICAN_WORDS):
        if pattern.fullmatch(texts[0]):
            moments = _read_all(texts, pattern, None)
            return None if moments is None else Dates(moments)
    if not _EITHER.fullmatch(texts[0]):
        return None
    day_first = _read_all(texts, _EITHER, True)
    month_first = _read_all(texts, _EITHER, False)
    if day_first is not None and month_first is not None:
        return Dates(month_first) if day_first == month_first else Ambiguous
    if day_first is not None:
        return Dates(day_first, Notation.DAY_FIRST)
    return None if month_first is None else Dates(month_first, Notation.MONTH_FIRST)


def read_in_order(values: Iterable[str], *, day_first: bool) -> dict[str, np.datetime64]:
    """The moments of those values that are dates, each read by itself; 3/4/2024 by the given order."""
    moments: dict[str, np.datetime64] = {}
    for text in values:
        for pattern in (_EITHER, _ISO, _POINTS, _WORDS, _AMERICAN_WORDS):
            moments.update(_read_all([text], pattern, day_first if pattern is _EITHER else None) or {})
    return moments


def _could_be_date(text: str) -> bool:
    return 8 <= len(text) <= 40 and any(letter.isdigit() for letter in text)


def _read_all(texts: list[str], pattern: re.Pattern[str], day_first: bool | None) -> dict[str, np.datetime64] | None:
    moments: dict[str, np.datetime64] = {}
    for text in texts:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        moment = _moment(match.groupdict(), day_first)
        if moment is None:
            return None
        moments[text] = moment
    return moments


def _moment(part: dict[str, str | None], day_first: bool | None) -> np.datetime64 | None:
    if day_first is not None:
        first, then = part["first"], part["then"]
        day, month = (first, then) if day_first else (then, first)
    elif "name" in part:
        day = part["day"]
        number = _MONTHS.get((part["name"] or "")[:3].lower())
        month = str(number) if number else None
    else:
        day, month = part["day"], part["month"]
    if day is None or month is None:
        return None
    clock = (
        f"{int(part['hour'] or 0):02}:{part['minute'] or '00'}:{part['second'] or '00'}.{(part['part'] or '0')[:6]:0<6}"
    )
    try:
        moment = np.datetime64(f"{part['year']}-{int(month):02}-{int(day):02}T{clock}", "us")
    except ValueError:
        return None
    zone = part["zone"]
    if zone and zone[0] in "+-":
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        moment = moment - (minutes if zone[0] == "+" else -minutes) * 60_000_000 * _STEP
    return moment
