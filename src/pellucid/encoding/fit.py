"""Learn an encoding from training rows."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from pellucid.encoding.boolean import fit_boolean
from pellucid.encoding.category import fit_category
from pellucid.encoding.date import fit_date
from pellucid.encoding.numeric import fit_numeric
from pellucid.encoding.preparation import Preparation, Scaling
from pellucid.encoding.presence import PresenceColumn
from pellucid.encoding.scale import Scale, fit_scale
from pellucid.encoding.table_encoding import EncodedColumn, TableEncoding
from pellucid.shapes import Floats, RowNumbers
from pellucid.tables.kinds import ColumnDecision
from pellucid.tables.notation import Notation
from pellucid.tables.policy import refuse
from pellucid.tables.table import Column, Table

__all__ = ["fit_encoding"]


def fit_encoding(
    table: Table, decisions: Sequence[ColumnDecision], preparation: Preparation, rows: RowNumbers
) -> TableEncoding:
    """Learn how to turn a table into numbers.

    Args:
        table: The whole table.
        decisions: What each column is; unused ones are left out.
        preparation: The options.
        rows: Training rows; nothing is learned from any other.

    Raises:
        DataError: If no column can be used (B036).
    """
    columns: list[EncodedColumn] = []
    numbers: list[Scale] = []
    passed: list[Scale] = []
    beside: Scaling | Literal["none"] = "none" if preparation.scaling == "standard" else preparation.scaling
    for decision in decisions:
        if not decision.used or decision.encoding == "none":
            continue
        column = table.column(decision.name).take(rows)
        encoded = _fit_column(column, decision.encoding, preparation)
        expansion = encoded.expand(column)
        columns.append(encoded)
        numbers.extend(_scales(expansion.numbers, preparation.scaling))
        passed.extend(_scales(expansion.passed, beside))
    if not columns:
        raise refuse(
            "B036",
            f"No column of {table.name} can be used: apart from the target there are only identifiers, constants, free "
            "text or empty columns. Add columns that say something about the target.",
        )
    return TableEncoding(
        preparation=preparation,
        columns=tuple(columns),
        scales=(*numbers, *passed),
        notations=_notations(table, {column.name for column in columns}, decisions),
    )


def _notations(table: Table, encoded: set[str], decisions: Sequence[ColumnDecision]) -> dict[str, Notation]:
    read_again = encoded | {decision.name for decision in decisions if decision.kind == "target"}
    return {
        column.name: column.notation for column in table if column.notation is not None and column.name in read_again
    }


def _fit_column(column: Column, encoding: str, preparation: Preparation) -> EncodedColumn:
    match encoding:
        case "numeric":
            return fit_numeric(column)
        case "boolean" if column.storage != "text":
            return fit_boolean(column)
        case "boolean" | "category":
            return fit_category(column, preparation)
        case "date":
            return fit_date(column)
        case "presence":
            return PresenceColumn(name=column.name)
        case _:
            raise ValueError(f"unknown encoding {encoding!r}")


def _scales(values: Floats, scaling: Scaling | Literal["none"]) -> list[Scale]:
    return [fit_scale(np.ascontiguousarray(part), scaling) for part in values.T]
