"""Targets of classes: two, many, or many in an order."""

from collections.abc import Sequence

import numpy as np

from pellucid.errors import nearest
from pellucid.printable import grouped
from pellucid.records import Finding
from pellucid.tables.policy import note, refuse
from pellucid.tables.table import Column
from pellucid.tables.targets.decision import TargetDecision, Task
from pellucid.tables.targets.wording import counted_words, small_class_finding, usable_in, words_of

__all__ = ["MANY_CLASSES", "classes_target", "ordinal_target"]

MANY_CLASSES = 1_000


def classes_target(column: Column, task: Task, reason: str, missing: int, findings: list[Finding]) -> TargetDecision:
    """Two or more classes, numbers by size and words by letter."""
    counts = [int(count) for count in column.take(np.flatnonzero(usable_in(column))).distinct[1]]
    return _decided(column, task, words_of(column), counts, reason, missing, findings)


def ordinal_target(column: Column, order: Sequence[str], missing: int, findings: list[Finding]) -> TargetDecision:
    """Classes in an order: numbers by size, words as the order says.

    Args:
        column: The target.
        order: Labels from low to high; empty for numbers.
        missing: Rows without a target.
        findings: So far.

    Raises:
        DataError: B056 for fewer than three classes, B055 where nearly every row has its own, B082 for words without an
            order, or with one that leaves a word out.
    """
    name, words = column.name, words_of(column)
    counts = dict(zip(words, column.take(np.flatnonzero(usable_in(column))).distinct[1].tolist(), strict=True))
    kinds, rows = len(words), sum(counts.values())
    if kinds < 3:
        raise refuse(
            "B056",
            f"The target {name!r} has {kinds} values, and between two there is no order to learn. Ask for binary.",
        )
    if kinds > MANY_CLASSES or (kinds > 20 and kinds > rows / 2):
        raise refuse(
            "B055",
            f"The target {name!r} has {grouped(kinds)} different values in {grouped(rows)} rows, too many to be"
            " ordered classes. Ask for regression.",
        )
    if not order:
        if column.storage != "number":
            shown = ",".join(words[:6])
            raise refuse(
                "B082",
                f"The target {name!r} holds words such as {words[0]!r}, and nothing says which comes first. Give all"
                f" {kinds} from low to high, here as the alphabet has them:"
                f" --order {shown}{',…' if kinds > 6 else ''} (order=[…] in Python).",
            )
        return _decided(column, "ordinal", words, [counts[word] for word in words], "as asked", missing, findings)
    if strange := [word for word in words if word not in order]:
        similar = nearest(strange[0], [label for label in order if label not in counts])
        hint = f" Did the order mean it by {similar!r}?" if similar else ""
        raise refuse(
            "B082",
            f"The target {name!r} holds {strange[0]!r} in {grouped(counts[strange[0]])} rows, which stands nowhere in"
            f" the order {', '.join(order)}.{hint} Give every value of the column.",
        )
    if idle := [label for label in order if label not in counts]:
        message = f"No row of {name} is {', '.join(map(repr, idle[:6]))}, so the order goes without."
        findings.append(note("B050", message, column=name, levels=idle[:20]))
    present = [label for label in order if label in counts]
    return _decided(column, "ordinal", present, [counts[label] for label in present], "as asked", missing, findings)


def _decided(
    column: Column,
    task: Task,
    names: Sequence[str],
    counts: Sequence[int],
    reason: str,
    missing: int,
    findings: list[Finding],
) -> TargetDecision:
    small = small_class_finding(names, counts, what="class", plural="classes", column=column.name)
    return TargetDecision(
        name=column.name,
        task=task,
        classes=tuple(names),
        counts=tuple(counts),
        reason=reason,
        note=counted_words(names, counts, numbers=column.storage == "number"),
        missing=missing,
        findings=(*findings, *small),
        columns=(column.name,),
    )
