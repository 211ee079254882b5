"""From a table to encoded rows, with every decision on record: what is used, what is not, who trains and who judges."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from pellucid.encoding import (
    Encoded,
    Preparation,
    TableEncoding,
    TargetEncoding,
    encode,
    encode_target,
    fit_encoding,
    fit_target,
)
from pellucid.experiments.options import FitOptions
from pellucid.experiments.watching import DataSummary
from pellucid.printable import grouped
from pellucid.records import ColumnRecord, Finding, SourceRecord
from pellucid.shapes import Array, RowNumbers
from pellucid.tables import (
    ColumnDecision,
    Table,
    TargetDecision,
    decide_columns,
    decide_target,
    group_identical_rows,
    split_rows,
    target_values,
    twins_by_chance,
)
from pellucid.tables.policy import note

__all__ = ["Decided", "Prepared", "decide", "prepare"]


@dataclass(frozen=True)
class Decided:
    """A table whose columns, task and rows are decided.

    Attributes:
        table: Rows that have a target.
        origin: Place of each of them in the table as read, counted from 0 ``[n]``.
        columns: Every column's decision.
        target: The task.
        values: Class codes int64 or numbers float64 ``[n]``.
        groups: Rows with equal numbers are copies of one another and stay together ``[n]``.
        train: Rows that training may use, validation included.
        test: Rows kept for judging.
        findings: About the table.
        source: Where it came from.
    """

    table: Table
    origin: RowNumbers
    columns: tuple[ColumnDecision, ...]
    target: TargetDecision
    values: Array
    groups: Array
    train: RowNumbers
    test: RowNumbers
    findings: tuple[Finding, ...]
    source: SourceRecord


@dataclass(frozen=True)
class Prepared:
    """A decided table as numbers.

    Attributes:
        decided: The table.
        encoding: Fitted on the training rows.
        encoded: All rows.
        target_encoding: Fitted on the training rows.
        targets: All rows, as the networks see them ``[n]``.
        summary: For people.
    """

    decided: Decided
    encoding: TableEncoding
    encoded: Encoded
    target_encoding: TargetEncoding
    targets: Array
    summary: DataSummary


def decide(table: Table, options: FitOptions) -> Decided:
    """Decide columns, task and split.

    Args:
        table: As read.
        options: Target, task, columns to drop, test size and seed.

    Raises:
        DataError: If the table is not what the task needs.
    """
    columns, findings = decide_columns(table, options.target, drop=options.drop)
    target = decide_target(table.column(options.target), options.task)
    values = target_values(table.column(options.target), target)
    known = np.flatnonzero(np.isfinite(values) if target.task == "regression" else values >= 0)
    used = table if len(known) == table.rows else table.take(known)
    values = values[known]
    groups, copies = _copies(used, columns, options.target)
    train, test = split_rows(
        values, target.task, test_size=options.test_size, seed=options.seed, groups=groups if copies else None
    )
    return Decided(
        used,
        known,
        columns,
        target,
        values,
        groups,
        train,
        test,
        (*table.findings, *findings, *target.findings, *copies),
        table.source(),
    )


def _copies(table: Table, columns: Sequence[ColumnDecision], target: str) -> tuple[Array, list[Finding]]:
    """Group numbers of identical rows, running numbers and ids aside, and what to say about them."""
    names = [decision.name for decision in columns if decision.kind != "id"]
    if twins_by_chance(table, [name for name in names if name != target]) >= 1:
        # Three columns of five categories each: rows that agree are cases of their own, not copies. Kept together with
        # their label they would take all its rows of one kind to one side, and the others would teach the opposite.
        return np.arange(table.rows), []
    groups = group_identical_rows(table, names)
    extra = table.rows - len(np.unique(groups))
    if not extra:
        return groups, []
    message = (
        f"{grouped(extra)} of {grouped(table.rows)} rows "
        f"{'is a copy of another row' if extra == 1 else 'are copies of other rows'}; "
        "copies stay on one side of every split, so that no network is judged on rows that it has learned."
    )
    return groups, [note("B063", message, rows=extra)]


def prepare(decided: Decided, preparation: Preparation) -> Prepared:
    """Fit the encoding on the training rows and encode all rows.

    Args:
        decided: The table.
        preparation: Encoding options.
    """
    encoding = fit_encoding(decided.table, decided.columns, preparation, decided.train)
    encoded = encode(encoding, decided.table)
    target_encoding = fit_target(decided.values, decided.target, decided.train)
    summary = DataSummary(
        source=decided.source,
        task=decided.target.task,
        target=decided.target.name,
        target_note=decided.target.note,
        columns=_column_records(decided.columns, encoding),
        inputs=encoding.numeric + encoding.passed + len(encoding.categories),
        findings=(*decided.findings, *map(_while_fitting, encoded.report.findings())),
        train_rows=len(decided.train),
        test_rows=len(decided.test),
    )
    return Prepared(
        decided, encoding, encoded, target_encoding, encode_target(target_encoding, decided.values), summary
    )


def _while_fitting(finding: Finding) -> Finding:
    """Values that only rows kept aside hold are in order; the remedy is meant for tables that come later."""
    return msgspec.structs.replace(finding, fix="") if finding.code == "B066" else finding


def _column_records(decisions: Sequence[ColumnDecision], encoding: TableEncoding) -> tuple[ColumnRecord, ...]:
    made = {
        column.name: len(column.layout.numbers) + len(column.layout.passed) + (column.layout.levels is not None)
        for column in encoding.columns
    }
    return tuple(
        ColumnRecord(
            name=decision.name,
            kind=decision.kind,
            reason=decision.reason,
            used=decision.used,
            inputs=made.get(decision.name, 0),
            missing=decision.missing,
            distinct=decision.distinct,
        )
        for decision in decisions
    )
