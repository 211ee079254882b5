"""Is the first row a header, and what are the columns called."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from pellucid.records import Finding
from pellucid.tables.null_spellings import ALWAYS_MISSING
from pellucid.tables.number_spellings import is_number
from pellucid.tables.policy import note

__all__ = ["clean_names", "numbered_names", "resembles_data", "resembles_names"]

_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b.*", re.ASCII)
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

Row = Sequence[str]


def resembles_data(first: Row, body: Sequence[Row]) -> bool:
    """Whether the first row looks like one more row of the body rather than like column names.

    Where the body holds numbers, names are not numbers, unless they count (years, pixel numbers). Where it holds only
    words, a row is data if every word of it occurs again below, in its own column: no header does that.
    """
    filled = [cell for cell in first if cell not in ALWAYS_MISSING]
    if not body:
        return bool(filled) and all(_is_measured(cell) for cell in filled)
    width = len(first)
    columns = [[row[i] for row in body if i < len(row) and row[i] not in ALWAYS_MISSING] for i in range(width)]
    measured = [i for i, column in enumerate(columns) if column and sum(map(_is_measured, column)) >= 0.8 * len(column)]
    if measured:
        named = [i for i in measured if first[i] not in ALWAYS_MISSING]
        like_values = [i for i in named if _is_measured(first[i])]
        counting = _counts_up([first[i] for i in like_values])
        if counting and all(_counts_up([row[i] for i in like_values if i < len(row)]) for row in body[:3]):
            counting = False  # the values count up too, so that it says nothing
        return len(like_values) > len(named) / 2 and not counting
    return width >= 2 and len(filled) == width and all(first[i] in columns[i] for i in range(width))


def resembles_names(first: Row, body: Sequence[Row]) -> bool:
    """Whether the first row holds a word above every column of numbers: then it is a header that nobody announced."""
    numeric = [
        i
        for i in range(len(first))
        if (cells := [row[i] for row in body if i < len(row) and row[i] not in ALWAYS_MISSING])
        and all(map(_is_measured, cells))
    ]
    return bool(numeric) and not any(_is_measured(first[i]) or first[i] in ALWAYS_MISSING for i in numeric)


def _is_measured(cell: str) -> bool:
    return bool(is_number(cell) or _DATE.fullmatch(cell))


def _counts_up(cells: Row) -> bool:
    """Whether the cells are consecutive integers: such as 0, 1, 2 or 2019, 2020."""
    if len(cells) < 3 or not all(cell.isdecimal() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return all(after - before == 1 for before, after in pairwise(numbers))


def numbered_names(columns: int) -> list[str]:
    """``column_1`` … ``column_k``, the names of columns that have none."""
    return [f"column_{number}" for number in range(1, columns + 1)]


def clean_names(raw: Row) -> tuple[list[str], list[Finding]]:
    """Unique, visible names in Unicode form C, and findings for every name that had to be changed.

    A blank name becomes ``Unnamed: <position>``, counted from 0; a repeated one gets ``_2``, ``_3``….
    """
    findings: list[Finding] = []
    names: list[str] = []
    taken = {unicodedata.normalize("NFC", name).strip() for name in raw}
    seen: set[str] = set()
    for position, given in enumerate(raw):
        name = unicodedata.normalize("NFC", given).strip()
        visible = _INVISIBLE.sub("", name)
        if visible != name:
            findings.append(
                note(
                    "B013",
                    f"The name of column {visible!r} held invisible characters, which were removed.",
                    column=visible,
                )
            )
            name = visible
        if not name:
            name = f"Unnamed: {position}"
            findings.append(note("B022", f"Column {position + 1} has no name and is called {name!r}.", column=name))
        if name in seen:
            original, number = name, 2
            while (name := f"{original}_{number}") in seen | taken:
                number += 1
            findings.append(
                note(
                    "B021",
                    f"There are several columns {original!r}; one of them is called {name!r} now.",
                    fix="Give every column its own name.",
                    column=name,
                    original=original,
                )
            )
        seen.add(name)
        names.append(name)
    folded: dict[str, str] = {}
    for name in names:
        other = folded.setdefault(name.casefold(), name)
        if other != name:
            findings.append(note("B022", f"Columns {other!r} and {name!r} differ by letter case alone.", column=name))
    return names, findings
