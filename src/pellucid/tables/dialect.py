"""Delimiter, width, and lines above the header: how a delimited text is laid out, from its first lines."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from pellucid.printable import grouped
from pellucid.tables.content import MAX_LINE
from pellucid.tables.null_spellings import ALWAYS_MISSING
from pellucid.tables.number_spellings import is_number, read_written_out
from pellucid.tables.policy import refuse

__all__ = ["MAX_COLUMNS", "Dialect", "sniff"]

MAX_COLUMNS = 20_000
"""More columns than that is a table lying on its side, or no table."""
MAX_PREAMBLE = 20
_ROWS = 500
_CELLS = 100_000
"""Rows and cells that are enough to see the layout."""
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True)
class Dialect:
    """The layout of a delimited text.

    Attributes:
        delimiter: One character.
        title: The delimiter for people, in the plural.
        columns: Cells in a full row.
        skip: Lines above the first row of the table (titles, comments, blank ones).
        first_row_ends: Number of the line on which the first row ends.
        rows: The first rows, unpadded, the header among them.
    """

    delimiter: str
    title: str
    columns: int
    skip: int
    first_row_ends: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Candidate:
    delimiter: str
    rows: list[list[str]]
    lines: list[int]
    width: int
    agreement: float
    purity: float


def sniff(name: str, sample: str) -> Dialect:
    """The layout of a text, from whole lines of its beginning.

    Raises:
        DataError: B026 for a header over the cap, B015 if two delimiters fit equally well.
    """
    sample = sample.removeprefix("\ufeff")
    first = sample.splitlines()[0] if sample.splitlines() else ""
    _check_width(name, max(first.count(delimiter) for delimiter in _NAMES) + 1)
    candidates = [candidate for delimiter in _NAMES if (candidate := _try(sample, delimiter))]
    if not candidates:
        rows, lines = _parse(sample, ",")
        return Dialect(",", "commas", 1, 0, lines[0], tuple(tuple(row) for row in rows))
    candidates.sort(key=lambda c: (round(c.agreement, 1), round(c.purity, 2), c.width), reverse=True)
    best = candidates[0]
    for rival in candidates[1:]:
        equal = round(rival.agreement, 1) == round(best.agreement, 1) and round(rival.purity, 2) == round(
            best.purity, 2
        )
        if equal and rival.agreement > 0.95 and best.purity > 0 and {best.delimiter, rival.delimiter} == {",", ";"}:
            raise refuse(
                "B015",
                f"{name} can be read two ways: separated by {_NAMES[best.delimiter]} ({best.width} columns, first row"
                f" {best.rows[-1]}) or by {_NAMES[rival.delimiter]} ({rival.width} columns, first row"
                f" {rival.rows[-1]})."
                " Write it with tabs or quotes.",
            )
    skip = _preamble(best)
    table = tuple(tuple(row) for row in best.rows[skip:])
    lines_above = best.lines[skip - 1] if skip else 0
    _check_width(name, best.width)
    return Dialect(best.delimiter, _NAMES[best.delimiter], best.width, lines_above, best.lines[skip], table)


def _check_width(name: str, width: int) -> None:
    if width > MAX_COLUMNS:
        raise refuse(
            "B026",
            f"{name} has {grouped(width)} columns in its first line; at most {grouped(MAX_COLUMNS)} are read."
            " Choose columns first, or turn the table if its rows are columns.",
        )


def _parse(sample: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Rows that are not blank, and the number of the line each ends on."""
    rows: list[list[str]] = []
    lines: list[int] = []
    cells = 0
    limit = csv.field_size_limit(MAX_LINE)
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True)
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                lines.append(reader.line_num)
                cells += len(row)
            if len(rows) == _ROWS or (cells > _CELLS and len(rows) >= 5):
                break
    except csv.Error:
        # The strict reader names the place; here the rows so far are enough to see the layout.
        pass
    finally:
        csv.field_size_limit(limit)
    return rows, lines


def _try(sample: str, delimiter: str) -> _Candidate | None:
    rows, lines = _parse(sample, delimiter)
    widths = Counter(len(row) for row in rows)
    if not widths:
        return None
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width < 2:
        return None
    # Free text has commas too, but not in its header: a first row of another width speaks against the delimiter.
    agreement = count / len(rows)
    if len(rows[0]) == 1 and count < 0.9 * len(rows):
        agreement /= 2
    return _Candidate(delimiter, rows, lines, width, agreement, _purity(rows[1:] or rows, width, delimiter))


def _purity(rows: list[list[str]], width: int, delimiter: str) -> float:
    """Share of cells that are short words, numbers or nothing; a wrong delimiter leaves the right one inside cells."""
    cells = [cell for row in rows[:100] if len(row) == width for cell in row]
    others = [other for other in _NAMES if other != delimiter]

    def pure(cell: str) -> bool:
        if cell in ALWAYS_MISSING or is_number(cell):
            return True
        return not any(other in cell for other in others) or read_written_out({cell: 1}, 1.0) is not None

    return sum(pure(cell) for cell in cells) / max(len(cells), 1)


def _preamble(best: _Candidate) -> int:
    """How many rows stand above the header: titles and comments, narrower than the table."""
    start = next(number for number, row in enumerate(best.rows) if len(row) == best.width)
    if not 0 < start <= MAX_PREAMBLE:
        return 0
    below = best.rows[start:]
    decisive = len(below) >= 3 and sum(len(row) == best.width for row in below) >= 0.9 * len(below)
    above = best.rows[:start]
    # A header one short of its rows names everything but the row numbers, as R writes it; or each row ends in a comma.
    one_short = start == 1 and len(above[0]) == best.width - 1
    comments = all(row[0].startswith("#") for row in above)
    narrow = all(sum(bool(cell) for cell in row) < max(2, best.width / 2) for row in above)
    return start if decisive and not one_short and (narrow or comments) else 0
