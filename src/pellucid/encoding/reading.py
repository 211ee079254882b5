"""Values of one column as numbers, booleans or dates, whatever the new table stored them as.

Whether a column of a file holds numbers or words is guessed from the values that happen to be there, so a column that
was numeric in training may arrive as text because of one cell. A few such cells count as missing; many mean that the
column is no longer the same.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from pellucid.printable import grouped, quoted
from pellucid.shapes import Array, Floats
from pellucid.tables.null_spellings import ALWAYS_MISSING, MISSING_AMONG_NUMBERS
from pellucid.tables.policy import refuse
from pellucid.tables.table import Column

__all__ = ["TOLERATED", "Reading", "counted", "read_booleans", "read_dates", "read_numbers"]

TOLERATED = 0.05
"""Share of unreadable rows up to which they count as missing (case B068 of the policy)."""

_FALSE = frozenset({"0", "0.0", "false", "f", "no", "n", "off"})
_TRUE = frozenset({"1", "1.0", "true", "t", "yes", "y", "on"})


@dataclass(frozen=True)
class Reading:
    """Values as wanted, and the texts that could not be read with the number of their rows.

    Attributes:
        values: float64 ``[n]`` with NaN, or datetime64[us] ``[n]`` with NaT.
        unreadable: Text → rows.
    """

    values: Array
    unreadable: dict[str, int]


def read_numbers(column: Column) -> Reading:
    """The values as float64 ``[n]`` with NaN; infinities stay.

    Raises:
        DataError: If more than 5 % of the rows hold something else (B068).
    """
    if column.storage in ("number", "boolean"):
        return Reading(np.asarray(column.values, dtype=np.float64), {})
    return _read(column, "numbers", _number, np.float64(np.nan))


def read_booleans(column: Column, spellings: tuple[str, str] | None) -> Reading:
    """The values as float64 ``[n]``: numbers as they are, words as 0 and 1.

    Args:
        column: The column.
        spellings: How false and true were written in the training table, if they were words.

    Raises:
        DataError: If more than 5 % of the rows hold something else (B068).
    """
    if column.storage in ("number", "boolean"):
        return Reading(np.asarray(column.values, dtype=np.float64), {})
    no, yes = (word.casefold() for word in spellings or ("0", "1"))

    def boolean(text: str) -> np.float64 | None:
        word = text.casefold()
        if word == no or (word in _FALSE and word != yes):
            return np.float64(0.0)
        return np.float64(1.0) if word == yes or word in _TRUE else _number(text)

    return _read(column, "yes or no", boolean, np.float64(np.nan))


def read_dates(column: Column) -> Reading:
    """The values as datetime64[us] ``[n]`` with NaT, in UTC where the text names a zone.

    Raises:
        DataError: If more than 5 % of the rows hold something else (B068).
    """
    if column.storage == "date":
        return Reading(column.values.astype("datetime64[us]"), {})
    return _read(column, "dates", _date, np.datetime64("NaT", "us"))


def _read(column: Column, wanted: str, read: Callable[[str], np.generic | None], nothing: np.generic) -> Reading:
    """Each distinct text is read once."""
    texts = column.as_text().tolist()
    counts = Counter(texts)
    values: dict[str | None, np.generic] = {None: nothing}
    unreadable: dict[str, int] = {}
    for text, rows in counts.items():
        if text is None:
            continue
        # Read first: in credit.csv's telephone, "none" is how no is written.
        plain = text.strip()
        value = read(plain)
        values[text] = nothing if value is None else value
        if value is None and plain not in ALWAYS_MISSING and plain.casefold() not in MISSING_AMONG_NUMBERS:
            unreadable[text] = rows
    _tolerate(column, wanted, texts, unreadable)
    return Reading(np.array([values[text] for text in texts], dtype=nothing.dtype), unreadable)


def _tolerate(column: Column, wanted: str, texts: list[str | None], unreadable: dict[str, int]) -> None:
    bad = sum(unreadable.values())
    if bad <= TOLERATED * len(texts):
        return
    row, text = next((row, text) for row, text in enumerate(texts) if text in unreadable)
    raise refuse(
        "B068",
        f"Column {quoted(column.name, limit=200)} held {wanted} when the model was trained, but {grouped(bad)} of "
        f"{grouped(len(texts))} rows hold something else, the first of them row {row + 1}: "
        f"{quoted(str(text), limit=60)}. "
        "Correct these values (or empty the cells that are unknown), or train again on tables of this form.",
    )


def _number(text: str) -> np.float64 | None:
    # Python also reads "1_000", which no table means.
    if "_" in text:
        return None
    try:
        return np.float64(float(text))
    except ValueError:
        return None


def _date(text: str) -> np.datetime64 | None:
    # A bare number is not a date, although some digits could be read as year, month and day.
    if text.lstrip("+-").replace(".", "", 1).isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(moment, "us")


def counted(values: Floats, odd: Array) -> dict[str, int]:
    """How often each odd value occurs, by its text."""
    found, counts = np.unique(values[odd], return_counts=True)
    return {f"{value:g}": int(count) for value, count in zip(found, counts, strict=True)}
