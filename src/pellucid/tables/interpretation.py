"""From a column of text to numbers, booleans, dates or cleaned text.

All work is done once for each distinct spelling; the rows are then looked up.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pellucid.printable import grouped
from pellucid.records import Finding, Severity
from pellucid.tables.date_spellings import Ambiguous, Dates, read_dates
from pellucid.tables.known_notation import read_as_known
from pellucid.tables.notation import Notation
from pellucid.tables.null_spellings import ALWAYS_MISSING, MISSING_AMONG_NUMBERS
from pellucid.tables.number_spellings import is_code, is_number, read_written_out
from pellucid.tables.policy import note
from pellucid.tables.table import Column

__all__ = ["interpret"]

AGREE = 0.995
"""Share of the values that must be numbers for a column of numbers with strays."""
_TRUE_FALSE = {"true": True, "false": False, "yes": True, "no": False, "t": True, "f": False, "y": True, "n": False}
_PAIRS = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

Texts = Sequence[str | None]


def interpret(name: str, texts: Texts, notation: Notation | None = None) -> tuple[Column, list[Finding]]:
    """The column that these texts mean, and what was repaired or noticed on the way.

    Args:
        name: The column's name.
        texts: One entry per row, None where the source has nothing.
        notation: How the column is known to be written; None guesses from all values together.
    """
    spelled = Counter(texts)
    clean = {text: _clean(text) for text in spelled}
    literal_na = _has_literal_na(clean) if notation is None else notation is Notation.TEXT_WITH_NA
    if literal_na and "NA" in clean:
        clean["NA"] = "NA"
    if literal_na and notation is None:
        found = [
            note(
                "B033",
                f"{name}: 'NA' was kept as a value, because the others are two-letter codes.",
                fix="Leave the cell empty where nothing is known.",
                column=name,
            )
        ]
    else:
        found = []
    counts: Counter[str] = Counter()
    for text, count in spelled.items():
        if (cleaned := clean[text]) is not None:
            counts[cleaned] += count
    if notation in (Notation.TEXT, Notation.TEXT_WITH_NA):
        column, notes = _as_text(name, texts, clean, counts)
        return replace(column, notation=notation), notes
    if notation is not None and counts:
        return read_as_known(name, texts, clean, counts, notation=notation, share=AGREE)
    column, notes = _typed(name, texts, clean, counts)
    return (replace(column, notation=Notation.TEXT_WITH_NA) if literal_na else column), found + notes


def _clean(text: str | None) -> str | None:
    if text is None:
        return None
    text = text.strip()
    return None if text in ALWAYS_MISSING else text


def _has_literal_na(clean: Mapping[str | None, str | None]) -> bool:
    """Ten and more two-letter codes beside "NA": then it is Namibia, not a gap."""
    if "NA" not in clean:
        return False
    values = {value for value in clean.values() if value is not None}
    return len(values) >= 10 and all(len(value) == 2 and value.isalpha() and value.isupper() for value in values)


def _typed(
    name: str, texts: Texts, clean: Mapping[str | None, str | None], counts: Mapping[str, int]
) -> tuple[Column, list[Finding]]:
    def rows(meaning: Mapping[str, Any], empty: Any, kind: Any) -> Any:
        lookup = {text: empty if value is None else meaning.get(value, empty) for text, value in clean.items()}
        return np.array([lookup[text] for text in texts], dtype=kind)

    if not counts:
        return Column(name, "number", np.full(len(texts), np.nan)), []

    numbers, written, notes = _as_numbers(name, texts, clean, counts)
    if numbers is not None:
        return Column(name, "number", rows(numbers, np.nan, np.float64), notation=written), notes

    words = {value for value in counts if value.casefold() not in MISSING_AMONG_NUMBERS}
    booleans = _as_booleans(words, counts)
    if booleans is not None and len(words) < 2 and len(counts) > 1:
        booleans = None  # "yes" and "none" are two values, not a boolean with gaps
    if booleans is not None:
        meaning, spellings = booleans
        return Column(name, "boolean", rows(meaning, np.nan, np.float64), spellings), notes

    dates = read_dates(words)
    if isinstance(dates, Dates):
        moments = rows(dates.moments, np.datetime64("NaT", "us"), "datetime64[us]")
        return Column(name, "date", moments, notation=dates.notation), notes
    if dates is Ambiguous:
        example = min(words)
        notes.append(
            note(
                "B044",
                f"{name}: dates such as {example!r} fit both day-first and month-first, so they stay text.",
                fix="Write dates as 2024-01-31.",
                column=name,
                severity=Severity.WARNING,
            )
        )
    column, more = _as_text(name, texts, clean, counts)
    return column, notes + more


def _as_text(
    name: str, texts: Texts, clean: Mapping[str | None, str | None], counts: Mapping[str, int]
) -> tuple[Column, list[Finding]]:
    notes: list[Finding] = []
    if any(_CONTROL.search(value) for value in counts):
        culprit = next(value for value in counts if _CONTROL.search(value))
        notes.append(
            note("B013", f"{name}: values hold invisible control characters, such as {culprit[:60]!r}.", column=name)
        )
    if any(value[0] in "=@" for value in counts):
        notes.append(
            note("B074", f"{name}: values that begin like a spreadsheet formula were kept as text.", column=name)
        )
    values = np.empty(len(texts), dtype=object)
    values[:] = [clean[text] for text in texts]
    return Column(name, "text", values, notation=Notation.TEXT), notes


def _as_numbers(
    name: str, texts: Texts, clean: Mapping[str | None, str | None], counts: Mapping[str, int]
) -> tuple[dict[str, float] | None, Notation | None, list[Finding]]:
    """Each value's number if the column holds numbers, else None; how they are written out; findings either way."""
    notes: list[Finding] = []
    plain = [value for value in counts if is_number(value)]
    # In order: the same table has to give the same words, whatever a set's order is today.
    strays = sorted(counts.keys() - set(plain)) if len(plain) < len(counts) else []
    total, stray_rows = sum(counts.values()), sum(counts[value] for value in strays)
    codes = [value for value in plain if is_code(value)]
    if codes:
        if not strays:
            notes.append(
                note(
                    "B041",
                    f"{name}: codes such as {codes[0]!r} would lose digits as numbers, so they stay text.",
                    column=name,
                )
            )
        return None, None, notes
    if plain and all(value.casefold() in MISSING_AMONG_NUMBERS for value in strays):
        notes += [_missing_note(name, strays, stray_rows)] if strays else []
        return _floats(name, plain, notes), None, notes
    if plain and stray_rows <= (1 - AGREE) * total:
        odd = set(strays)
        at = [row for row, text in enumerate(texts, 1) if clean[text] in odd][:3]
        shown = [clean[texts[row - 1]] or "" for row in at]
        are = "is no number" if stray_rows == 1 else "are no numbers"
        notes.append(
            note(
                "B030",
                f"{name}: {grouped(stray_rows)} of {grouped(total)} values {are}, such as {shown[0][:40]!r} "
                f"in row {grouped(at[0])}; counted as missing.",
                fix="Correct these values in the file.",
                column=name,
                rows=at,
                examples=[value[:80] for value in shown],
                count=stray_rows,
            )
        )
        return _floats(name, plain, notes), None, notes
    if len(plain) >= 10 and len(strays) == 1 and stray_rows <= total / 2:
        # One word among many numbers stands for "no number here", whatever it says.
        notes.append(_missing_note(name, strays, stray_rows))
        return _floats(name, plain, notes), None, notes
    written = read_written_out(counts, AGREE)
    if written is None:
        return None, None, notes
    reading, numbers = written
    example = next(value for value in numbers if not is_number(value))
    lost = total - sum(counts[value] for value in numbers)
    rest = f"; {lost} others count as missing" if lost else ""
    notes.append(
        note(
            "B016",
            f"{name}: numbers with {reading.description}, such as {example!r} = {numbers[example]:g}{rest}.",
            fix="Write plain numbers if that reading is wrong.",
            column=name,
            count=lost,
        )
    )
    return numbers, reading.notation, notes


def _floats(name: str, plain: Sequence[str], notes: list[Finding]) -> dict[str, float]:
    numbers = {value: float(value) for value in plain}
    endless = [value for value, number in numbers.items() if np.isinf(number)]
    if endless:
        notes.append(infinite_note(name, endless))
    return numbers


def infinite_note(name: str, examples: Sequence[str]) -> Finding:
    """Finding B035 for a column with infinities."""
    return note(
        "B035",
        f"{name}: infinite values ({', '.join(examples[:3])}) are clipped to the largest and smallest number seen"
        f" in training.",
        fix="Leave the cell empty if the value is not known.",
        column=name,
    )


def _missing_note(name: str, strays: Sequence[str], rows: int) -> Finding:
    shown = ", ".join(repr(value) for value in strays[:3])
    plural = "s" * (rows > 1)
    return note(
        "B032",
        f"{name}: {shown} among numbers counts as missing ({grouped(rows)} row{plural}).",
        column=name,
        spellings=list(strays),
    )


def _as_booleans(words: set[str], counts: Mapping[str, int]) -> tuple[dict[str, bool], tuple[str, str]] | None:
    """Each word's truth and how false and true are usually written; None if the words are no booleans."""
    folded = {word.casefold() for word in words}
    for no, yes in _PAIRS:
        # A lone letter is a boolean only beside its counterpart: "F" alone may be a gender or a grade.
        if folded and folded <= {no, yes} and (len(no) > 1 or folded == {no, yes}):
            usual = [
                max((word for word in words if word.casefold() == spelling), key=counts.__getitem__, default=spelling)
                for spelling in (no, yes)
            ]
            return {word: _TRUE_FALSE[word.casefold()] for word in words}, (usual[0], usual[1])
    return None
