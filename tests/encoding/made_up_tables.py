"""Small tables for the tests of this folder."""

from typing import Any, NamedTuple

import numpy as np

from pellucid.tables import TargetDecision
from pellucid.tables.table import Column, Table
from pellucid.tables.targets import Task


class Decision(NamedTuple):
    """What the encoding reads of a column's decision."""

    name: str
    encoding: str
    used: bool = True
    kind: str = "category"
    reason: str = "as decided"


def goal(task: Task, *columns: str, classes: tuple[str, ...] = (), **details: Any) -> TargetDecision:
    """A target's decision, with nothing to say beside it."""
    return TargetDecision(
        name=", ".join(columns or ("y",)),
        task=task,
        classes=classes,
        counts=(),
        reason="",
        note="",
        missing=0,
        findings=(),
        columns=columns or ("y",),
        **details,
    )


def numbers(name: str, *values: float | None) -> Column:
    return Column(name, "number", np.array([np.nan if value is None else value for value in values], dtype=np.float64))


def booleans(name: str, *values: int | None, spellings: tuple[str, str] | None = None) -> Column:
    plain = numbers(name, *values).values
    return Column(name, "boolean", plain, spellings)


def texts(name: str, *values: str | None) -> Column:
    return Column(name, "text", np.array([*values, None], dtype=object)[:-1])


def dates(name: str, *values: str) -> Column:
    return Column(name, "date", np.array(values, dtype="datetime64[us]"))


def table(*columns: Column) -> Table:
    return Table(name="made-up.csv", path="", sha256="0" * 64, columns=columns)


def every(rows: int) -> np.ndarray[Any, Any]:
    return np.arange(rows)
