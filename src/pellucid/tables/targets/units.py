"""Targets whose networks learn from pairs or triplets of rows, and the reconstruction, which has none."""

from dataclasses import replace

import numpy as np

from pellucid.errors import UsageError
from pellucid.printable import grouped
from pellucid.records import Finding, Severity
from pellucid.shapes import Array
from pellucid.tables.duplicates import level_codes
from pellucid.tables.policy import note, refuse
from pellucid.tables.table import Column
from pellucid.tables.targets.classes import classes_target
from pellucid.tables.targets.decision import GROUPED, TargetDecision, Task
from pellucid.tables.targets.wording import rows_of, spaced, usable_in, words_of

__all__ = ["check_group", "embedding_target", "missing_group_finding", "no_target", "ranking_target"]


def check_group(task: Task | None, group: Column | None) -> None:
    """Refuse a group where the task has none, and sequences without one.

    Raises:
        UsageError: Says so.
    """
    if group is not None and task not in GROUPED:
        what = f"the task {task} has none" if task else "no task was asked for"
        raise UsageError(
            f"A group ({group.name!r}) holds the rows of a ranking or of a sequence together, and {what}. Leave out"
            " --group, or ask for --task ranking or sequence."
        )
    if group is None and task == "sequence":
        raise UsageError("Sequences need --group: the column whose value is the same in all rows of a sequence.")


def no_target() -> TargetDecision:
    """What a reconstruction predicts: its own columns."""
    return TargetDecision(
        name="its own columns",
        task="reconstruction",
        classes=(),
        counts=(),
        reason="as asked",
        note="through a narrow code and back",
        missing=0,
        findings=(),
    )


def embedding_target(column: Column, missing: int, findings: list[Finding]) -> TargetDecision:
    """Labels; rows with the same one are alike.

    Raises:
        DataError: B055 where hardly two rows have the same label.
    """
    kinds, rows = len(words_of(column)), int(usable_in(column).sum())
    if kinds > rows / 2:
        raise refuse(
            "B055",
            f"The target {column.name!r} has {grouped(kinds)} different values in {rows_of(rows)}, so hardly two rows"
            " are alike and nothing says which vectors shall lie near each other. Choose a column of labels.",
        )
    decided = classes_target(column, "multiclass", "as asked", missing, findings)
    return replace(decided, task="embedding")


def ranking_target(column: Column, group: Column | None, usable: Array, findings: list[Finding]) -> TargetDecision:
    """How relevant each row is; rows of one group shall be put in order.

    Args:
        column: Numbers, larger is better; or yes and no.
        group: Rows with equal values are compared with one another; None: all rows.
        usable: Rows with a relevance, bool ``[n]``.
        findings: So far.

    Raises:
        DataError: B056 for words, B086 if no two rows of a group differ.
    """
    name = column.name
    if column.storage not in ("number", "boolean"):
        raise refuse(
            "B056",
            f"The target {name!r} holds words such as {words_of(column)[0]!r}, and rows are ranked by a number: the"
            " larger, the further up. Write it as numbers.",
        )
    within = f"of one {group.name}" if group is not None else "of the table"
    note_ = f"{spaced(float(column.values[usable].min()))} to {spaced(float(column.values[usable].max()))}"
    if group is not None:
        codes = level_codes(group)
        findings += missing_group_finding(group)
        usable = usable & (codes >= 0)
        groups = np.unique(codes[usable])
        note_ += f", {grouped(len(groups))} groups by {group.name}"
    else:
        codes = np.zeros(len(column), dtype=np.int64)
    own, values = codes[usable], column.values[usable]
    order = np.lexsort((values, own))
    same = np.diff(own[order]) == 0
    if not (same & (np.diff(values[order]) > 0)).any():
        raise refuse(
            "B086",
            f"No two rows {within} differ in {name!r}, so there is no order to learn. Check the target and --group.",
        )
    return TargetDecision(
        name=name,
        task="ranking",
        classes=(),
        counts=(),
        reason="as asked",
        note=note_,
        missing=int((~usable).sum()),
        findings=tuple(findings),
        columns=(name,),
        group="" if group is None else group.name,
    )


def missing_group_finding(group: Column) -> list[Finding]:
    """Rows that belong to no group, which are left out."""
    gaps = int(group.missing.sum())
    if not gaps:
        return []
    severity = Severity.INFO if gaps <= 0.05 * len(group) else Severity.WARNING
    message = (
        f"{group.name} has no value in {grouped(gaps)} of {rows_of(len(group))}; "
        f"{'it belongs' if gaps == 1 else 'they belong'} to no group and {'is' if gaps == 1 else 'are'} left out."
    )
    fix = "Fill them in, if they can be known."
    return [note("B085", message, fix=fix, column=group.name, severity=severity, count=gaps)]
