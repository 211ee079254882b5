"""From a table to encoded rows, with every decision on record: what is used, what is not, who trains and who judges."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from pellucid.encoding import (
    EXPRESSIONS,
    Encoded,
    Preparation,
    TableEncoding,
    TargetEncoding,
    encode,
    encode_target,
    fit_encoding,
    fit_target,
    target_spec,
)
from pellucid.errors import UsageError
from pellucid.experiments.options import FitOptions
from pellucid.experiments.watching import DataSummary
from pellucid.printable import grouped
from pellucid.records import ColumnRecord, Finding, SourceRecord, TargetSpec
from pellucid.shapes import Array, RowNumbers
from pellucid.tables import (
    Column,
    ColumnDecision,
    Table,
    TargetDecision,
    decide_columns,
    decide_target,
    find_runs,
    group_identical_rows,
    level_codes,
    split_rows,
    target_values,
    twins_by_chance,
    usable_rows,
    usable_sequences,
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
        values: As ``tables.target_values`` gives them: class codes int64 ``[n]``, or float64 ``[n]`` or ``[n, t]``;
            zeros for a reconstruction and for sequences.
        groups: Rows with equal numbers are copies of one another, or of one group, and stay together ``[n]``.
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
        targets: All rows, as the networks see them ``[n]`` or ``[n, t]``.
        spec: The target for losses and heads.
        summary: For people.
    """

    decided: Decided
    encoding: TableEncoding
    encoded: Encoded
    target_encoding: TargetEncoding
    targets: Array
    spec: TargetSpec
    summary: DataSummary


def decide(table: Table, options: FitOptions) -> Decided:
    """Decide columns, task and split.

    Args:
        table: As read.
        options: Targets, task, levels, order, columns to drop, test size and seed.

    Raises:
        DataError: If the table is not what the task needs.
    """
    group = _group(table, options)
    held = () if group is None else (group.name,)
    columns, findings = decide_columns(table, options.target, drop=(*options.drop, *held))
    goals = [table.column(name) for name in options.target]
    target = decide_target(goals, options.task, levels=options.levels, order=options.order, group=group)
    values = _values(table, goals, target, group)
    known = np.flatnonzero(usable_rows(values))
    used = table if len(known) == table.rows else table.take(known)
    values = values[known]
    copies: list[Finding] = []
    if group is None:
        groups, copies = _copies(used, columns, options.target)
    else:
        groups = level_codes(used.column(group.name))
        columns = tuple(
            replace(each, reason=f"holds the {_HELD[target.task]} together") if each.name in held else each
            for each in columns
        )
        # Rows of one sequence resemble one another, and say the same, by their nature.
        findings = tuple(each for each in findings if target.task == "ranking" or each.code not in _OF_SINGLE_ROWS)
    train, test = split_rows(
        values,
        target.task,
        test_size=options.test_size,
        seed=options.seed,
        groups=groups if copies or group is not None else None,
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


_HELD = {"ranking": "rows of a ranking", "sequence": "rows of a sequence"}
_OF_SINGLE_ROWS = ("B059", "B060", "B061", "B062", "B064")


def _group(table: Table, options: FitOptions) -> Column | None:
    """The column that holds rows together.

    Raises:
        UnknownColumnError: If it is not there; names the nearest.
        UsageError: If it is the target.
    """
    if options.group is None:
        return None
    if options.group in options.target:
        raise UsageError(f"Column {options.group!r} is the target and cannot be the group as well. Name another one.")
    return table.column(options.group)


def _values(table: Table, goals: Sequence[Column], target: TargetDecision, group: Column | None) -> Array:
    """As ``tables.target_values``; rows that no group, sequence or target holds count as missing."""
    if target.task == "reconstruction":
        return np.zeros(table.rows)
    if target.task == "sequence":
        assert group is not None
        runs = find_runs(group)
        values = np.full(table.rows, -1, dtype=np.int64)
        for place in usable_sequences(goals[0], runs):
            values[runs.starts[place] : runs.stops[place]] = 0
        return values
    values = target_values(goals, target)
    if group is not None:
        values[level_codes(group) < 0] = np.nan
    return values


def _copies(table: Table, columns: Sequence[ColumnDecision], targets: Sequence[str]) -> tuple[Array, list[Finding]]:
    """Group numbers of identical rows, running numbers and ids aside, and what to say about them."""
    names = [decision.name for decision in columns if decision.kind != "id"]
    if twins_by_chance(table, [name for name in names if name not in targets]) >= 1:
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


def prepare(
    decided: Decided, preparation: Preparation, *, target_expression: str | None = None, context: int = 0
) -> Prepared:
    """Fit the encoding on the training rows and encode all rows.

    Args:
        decided: The table.
        preparation: Encoding options.
        target_expression: Choice of the target's re-expression; None standardises.
        context: Neighbouring rows on either side that a row of a sequence is seen with.

    Raises:
        UsageError: If the target is not of numbers and shall be re-expressed, or a column that is not one of numbers.
        UnknownNameError: If there is no such re-expression; offers the nearest.
        DataError: B083 if a column or the target holds numbers that its re-expression does not take.
    """
    task = decided.target.task
    if target_expression is not None and task not in ("regression", "quantile"):
        what = {
            "count": "a count is predicted by its rate as it is",
            "ranking": "of its numbers the order alone counts",
        }.get(task, "there are no numbers to re-express")
        raise UsageError(
            f"--target-expression is for targets of numbers, and the task is {task}: {what}. Leave it out, or ask for"
            " regression."
        )
    encoding = fit_encoding(decided.table, decided.columns, preparation, decided.train)
    encoded = encode(encoding, decided.table)
    target_encoding = fit_target(
        decided.values, decided.target, decided.train, expression=target_expression or "standard", context=context
    )
    summary = DataSummary(
        source=decided.source,
        task=task,
        target=decided.target.name,
        target_note=decided.target.note,
        columns=_column_records(decided.columns, encoding),
        inputs=encoding.numeric + encoding.passed + len(encoding.categories),
        findings=(
            *decided.findings,
            *map(_while_fitting, encoded.report.findings()),
            *_come_back(decided.target, target_expression),
        ),
        train_rows=len(decided.train),
        test_rows=len(decided.test),
    )
    return Prepared(
        decided=decided,
        encoding=encoding,
        encoded=encoded,
        target_encoding=target_encoding,
        targets=encode_target(target_encoding, decided.values),
        spec=target_spec(target_encoding, task, inputs=encoding.numeric + encoding.passed),
        summary=summary,
    )


def _while_fitting(finding: Finding) -> Finding:
    """Values that only rows kept aside hold are in order; the remedy is meant for tables that come later."""
    return msgspec.structs.replace(finding, fix="") if finding.code == "B066" else finding


def _come_back(target: TargetDecision, expression: str | None) -> list[Finding]:
    """What predictions are in the user's unit, where the inverse of a mean is not the mean."""
    if expression is None or target.task != "regression":
        # Every re-expression keeps order, and with it quantiles.
        return []
    chosen = EXPRESSIONS(expression)
    if chosen.entry.comes_back == "the mean":
        return []
    message = f"{target.name} is learned as {chosen.name}; a prediction is {chosen.entry.comes_back}."
    return [note("B084", message, expression=str(chosen))]


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
