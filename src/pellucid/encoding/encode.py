"""Turn a table into numbers by a fitted encoding."""

from dataclasses import dataclass

import numpy as np

from pellucid.encoding.encoding_report import ColumnReport, EncodingReport
from pellucid.encoding.expressions import express
from pellucid.encoding.table_encoding import TableEncoding
from pellucid.errors import nearest
from pellucid.printable import grouped, quoted
from pellucid.shapes import Codes, Floats
from pellucid.tables.policy import refuse
from pellucid.tables.table import Table

__all__ = ["Encoded", "encode"]


@dataclass(frozen=True)
class Encoded:
    """A table as numbers.

    Attributes:
        numbers: Dense columns, float32 ``[n, numeric + passed]``; nothing missing, nothing infinite.
        codes: Codes to be embedded, int64 ``[n, embedded columns]``.
        report: What was met on the way.
    """

    numbers: Floats
    codes: Codes
    report: EncodingReport


def encode(encoding: TableEncoding, table: Table) -> Encoded:
    """Turn a table into numbers; a row's numbers do not depend on the other rows.

    Columns that the encoding does not know are ignored, and their order does not matter.

    Raises:
        DataError: If a column is not there (B067), or more than 5 % of a column hold something else than in training
            (B068).
    """
    _require_columns(encoding, table)
    rows = table.rows
    dense = np.empty((rows, len(encoding.expressions)), dtype=np.float32)
    codes = np.empty((rows, len(encoding.categories)), dtype=np.int64)
    reports: list[ColumnReport] = []
    number, beside, coded = 0, encoding.numeric, 0
    for column in encoding.columns:
        expansion = column.expand(table.column(column.name))
        infinite = 0
        for values in expansion.numbers.T:
            dense[:, number], beyond = express(values, encoding.expressions[number])
            infinite += beyond
            number += 1
        for values in expansion.passed.T:
            dense[:, beside] = express(values, encoding.expressions[beside])[0]
            beside += 1
        if expansion.codes is not None:
            codes[:, coded] = expansion.codes
            coded += 1
        reports.append(
            ColumnReport(
                name=column.name,
                missing=int(expansion.missing.sum()),
                marked=expansion.marked,
                unseen=expansion.unseen,
                infinite=infinite,
                unreadable=expansion.unreadable,
            )
        )
    return Encoded(numbers=dense, codes=codes, report=EncodingReport(rows=rows, columns=tuple(reports)))


def _require_columns(encoding: TableEncoding, table: Table) -> None:
    there = set(table.names)
    absent = [column.name for column in encoding.columns if column.name not in there]
    if not absent:
        return
    name = absent[0]
    wanted = {column.name for column in encoding.columns}
    spare = [other for other in table.names if other not in wanted]
    similar = nearest(name, spare)
    named = ", ".join(quoted(name, limit=60) for name in absent[:10]) + (", …" if len(absent) > 10 else "")
    lacks = "a column" if len(absent) == 1 else f"{grouped(len(absent))} columns"
    if similar:
        remedy = f"Is it the one called {quoted(similar, limit=60)} there? Rename that one."
    else:
        remedy = "Add what is missing, with empty cells where a value is unknown."
    raise refuse("B067", f"{table.name} lacks {lacks} that the model was trained with: {named}. {remedy}")
