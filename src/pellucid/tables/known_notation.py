"""A column of text read as the training table's was, each value by itself."""

from collections.abc import Mapping, Sequence

import numpy as np

from pellucid.printable import grouped, quoted
from pellucid.records import Finding, Severity
from pellucid.tables.date_spellings import read_in_order
from pellucid.tables.notation import Notation
from pellucid.tables.null_spellings import MISSING_AMONG_NUMBERS
from pellucid.tables.number_spellings import is_number, reading_of
from pellucid.tables.policy import note
from pellucid.tables.table import Column

__all__ = ["read_as_known"]

_DATES = (Notation.DAY_FIRST, Notation.MONTH_FIRST)


def read_as_known(
    name: str,
    texts: Sequence[str | None],
    clean: Mapping[str | None, str | None],
    counts: Mapping[str, int],
    *,
    notation: Notation,
    share: float,
) -> tuple[Column, list[Finding]]:
    """The column of numbers or dates that these texts are in a known notation.

    The few values among numbers that the notation does not read count as missing, as in training, if at least
    ``share`` of all are read. Otherwise the column is text: values that are read in the plain form, the others as they
    stand, for the encoding to judge.

    Args:
        name: The column's name.
        texts: One entry per row.
        clean: Each distinct text without blanks around it; None where it stands for nothing.
        counts: Rows of each cleaned text.
        notation: One of numbers or dates.
        share: As in the guess from the values.
    """
    there = {text: rows for text, rows in counts.items() if text.casefold() not in MISSING_AMONG_NUMBERS}
    dates = notation in _DATES
    known: dict[str, np.generic] = {}
    if dates:
        known.update(read_in_order(there, day_first=notation is Notation.DAY_FIRST))
    else:
        reading = reading_of(notation)
        known.update((text, np.float64(value)) for text in there if (value := reading.read(text)) is not None)
    nothing: np.generic = np.datetime64("NaT", "us") if dates else np.float64(np.nan)
    odd = [text for text in there if text not in known]
    rows = sum(there[text] for text in odd)
    findings = [] if dates else _written_out(name, known, notation, rows)
    meant = {text: nothing if word is None else known.get(word, nothing) for text, word in clean.items()}
    values = np.array([meant[text] for text in texts], dtype=nothing.dtype)
    column = Column(name, "date" if dates else "number", values, notation=notation)
    if not rows or (not dates and rows <= (1 - share) * sum(there.values())):
        return column, findings
    plainly = column.as_text()
    for row, text in enumerate(texts):
        if column.missing[row] and (word := clean[text]) in there:
            plainly[row] = word
    message = (
        f"{name}: {grouped(rows)} of {grouped(len(texts))} values are not written as in training, such as"
        f" {quoted(odd[0], limit=40)}; they are read as plain {'dates' if dates else 'numbers'} where they are some."
    )
    fix = "Write the column as in the training table."
    findings = [note("B016", message, fix=fix, column=name, severity=Severity.WARNING, count=rows)]
    return Column(name, "text", plainly, notation=notation), findings


def _written_out(name: str, known: Mapping[str, np.generic], notation: Notation, lost: int) -> list[Finding]:
    example = next((text for text in known if not is_number(text)), None)
    if example is None and not lost:
        return []
    shown = "" if example is None else f", such as {example!r} = {known[example]:g}"
    rest = f"; {grouped(lost)} others count as missing" if lost else ""
    message = f"{name}: numbers with {reading_of(notation).description}, as in training{shown}{rest}."
    return [note("B016", message, fix="Write the column as in the training table.", column=name, count=lost)]
