"""Learn an encoding from training rows."""

from collections.abc import Sequence

import numpy as np

from pellucid.encoding.boolean import fit_boolean
from pellucid.encoding.category import fit_category
from pellucid.encoding.date import fit_date
from pellucid.encoding.expressions import EXPRESSIONS, ChosenExpression, FittedExpression
from pellucid.encoding.numeric import fit_numeric
from pellucid.encoding.preparation import Preparation
from pellucid.encoding.presence import PresenceColumn
from pellucid.encoding.reading import read_numbers
from pellucid.encoding.table_encoding import EncodedColumn, TableEncoding
from pellucid.errors import UsageError
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
        DataError: If no column can be used (B036), or a column holds numbers that its re-expression does not take
            (B083).
        UnknownColumnError: If a column to re-express is not there.
        UsageError: If it is there but is no column of numbers that the network sees.
    """
    columns: list[EncodedColumn] = []
    numbers: list[FittedExpression] = []
    passed: list[FittedExpression] = []
    every = EXPRESSIONS(preparation.scaling)
    beside = every if every.name == "robust_clip" else EXPRESSIONS("none")
    own = _own_expressions(table, decisions, preparation)
    for decision in decisions:
        if not decision.used or decision.encoding == "none":
            continue
        column = table.column(decision.name).take(rows)
        encoded = _fit_column(column, decision.encoding, preparation)
        expansion = encoded.expand(column)
        columns.append(encoded)
        if (chosen := own.get(decision.name)) is not None:
            chosen.check(read_numbers(table.column(decision.name)).values, decision.name)
        numbers.extend(_fitted(expansion.numbers, chosen or every))
        passed.extend(_fitted(expansion.passed, beside))
    if not columns:
        raise refuse(
            "B036",
            f"No column of {table.name} can be used: apart from the target there are only identifiers, constants, free "
            "text or empty columns. Add columns that say something about the target.",
        )
    return TableEncoding(
        preparation=preparation,
        columns=tuple(columns),
        expressions=(*numbers, *passed),
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


def _fitted(values: Floats, chosen: ChosenExpression) -> list[FittedExpression]:
    return [chosen.fit(np.ascontiguousarray(part)) for part in values.T]


def _own_expressions(
    table: Table, decisions: Sequence[ColumnDecision], preparation: Preparation
) -> dict[str, ChosenExpression]:
    """Name → re-expression, for columns that have one of their own."""
    kinds = {decision.name: decision for decision in decisions}
    for name in preparation.express:
        decision = kinds[table.column(name).name]
        if not decision.used:
            if decision.kind == "target":
                raise UsageError(f"Column {name!r} is the target. Give its re-expression as --target-expression.")
            raise UsageError(
                f"Column {name!r} is left out ({decision.reason}), so there is nothing to re-express. Take it out of"
                " --express."
            )
        if decision.encoding != "numeric":
            raise UsageError(
                f"Column {name!r} is taken for a {decision.encoding}, and only numbers are re-expressed. Take it out of"
                " --express."
            )
    return {name: EXPRESSIONS(choice) for name, choice in preparation.express.items()}
