"""Targets of numbers: one or several measures, a count, a measure of which quantiles are wanted."""

from collections.abc import Sequence

import numpy as np

from pellucid.printable import grouped
from pellucid.records import Finding
from pellucid.shapes import Array
from pellucid.tables.policy import note, refuse
from pellucid.tables.table import Column
from pellucid.tables.targets.decision import TargetDecision, joined_names
from pellucid.tables.targets.wording import spaced, words_of

__all__ = ["count_target", "numbers_target", "quantile_target"]

BEYOND = 1e150
"""Squares of larger numbers are no numbers any more, and a regression is judged by squares."""
_TOLD = 3
_LOGARITHM = "Predict its logarithm if only ratios matter: --target-expression log."


def numbers_target(
    columns: Sequence[Column], usable: Array, reason: str, missing: int, findings: list[Finding]
) -> TargetDecision:
    """One measure or several.

    Args:
        columns: The targets.
        usable: Rows in which all of them have a value, bool ``[n]``.
        reason: Why it is a regression.
        missing: Rows without a target.
        findings: So far.

    Raises:
        DataError: B056 if a column holds no numbers, B058 if they exceed 1e150.
    """
    notes = []
    for column in columns:
        values = _measured(column, usable, "a regression")
        findings += _findings(column.name, values)
        notes.append(_span(values))
    if len(columns) == 1:
        text = notes[0]
    else:
        parts = [f"{column.name} {span}" for column, span in zip(columns, notes, strict=True)]
        text = "; ".join(parts[:_TOLD]) + (f"; {len(parts) - _TOLD} more" if len(parts) > _TOLD else "")
    names = tuple(column.name for column in columns)
    return TargetDecision(
        name=joined_names(names),
        task="regression",
        classes=(),
        counts=(),
        reason=reason,
        note=text,
        missing=missing,
        findings=tuple(findings),
        columns=names,
    )


def quantile_target(
    column: Column, usable: Array, levels: tuple[float, ...], missing: int, findings: list[Finding]
) -> TargetDecision:
    """A measure whose quantiles are wanted; errors as for a regression."""
    values = _measured(column, usable, "predicted by quantiles")
    findings += _findings(column.name, values)
    wanted = ", ".join(f"{level:g}" for level in levels)
    return TargetDecision(
        name=column.name,
        task="quantile",
        classes=(),
        counts=(),
        reason="as asked",
        note=f"{_span(values)}; quantile{'' if len(levels) == 1 else 's'} {wanted}",
        missing=missing,
        findings=tuple(findings),
        columns=(column.name,),
        levels=levels,
    )


def count_target(column: Column, usable: Array, missing: int, findings: list[Finding]) -> TargetDecision:
    """How often something happened.

    Raises:
        DataError: B080 for words, negative numbers or fractions, B058 if numbers exceed 1e150.
    """
    name = column.name
    if column.storage != "number":
        word = words_of(column)[0]
        raise refuse(
            "B080", f"The target {name!r} holds {word!r}, and a count is a whole number. Choose another column."
        )
    values = column.values[usable]
    for odd, what in ((values < 0, "below 0"), (values != np.floor(values), "not whole")):
        if odd.any():
            first = int(np.argmax(odd))
            raise refuse(
                "B080",
                f"The target {name!r} is {spaced(float(values[first]))} in row {int(np.flatnonzero(usable)[first]) + 1}"
                f" ({grouped(int(odd.sum()))} such rows), which is {what}; a count is a whole number, 0 or more."
                f" {_OTHER_TASK}",
            )
    _check_size(name, values)
    zeros = int((values == 0).sum())
    return TargetDecision(
        name=name,
        task="count",
        classes=(),
        counts=(),
        reason="as asked",
        note=f"{_span(values)}, mean {spaced(float(values.mean()))}, {spaced(zeros)} × 0",
        missing=missing,
        findings=tuple(findings),
        columns=(name,),
    )


_OTHER_TASK = "Correct the values, or ask for regression."


def _measured(column: Column, usable: Array, task: str) -> Array:
    if column.storage != "number":
        raise refuse(
            "B056",
            f"The target {column.name!r} holds words such as {words_of(column)[0]!r}, so it cannot be {task}."
            " Leave the task to the column, or choose another one.",
        )
    values: Array = column.values[usable]
    _check_size(column.name, values)
    return values


def _check_size(name: str, values: Array) -> None:
    largest = float(np.abs(values).max())
    if largest > BEYOND:
        raise refuse(
            "B058",
            f"The target {name!r} holds numbers as large as {spaced(largest)}; beyond 1e150 their squares, by"
            " which a regression is judged, cannot be computed. Write it in a larger unit, or as its logarithm.",
        )


def _span(values: Array) -> str:
    low, middle, high = (spaced(float(value)) for value in (values.min(), np.median(values), values.max()))
    return f"{low} to {high}, median {middle}"


def _findings(name: str, values: Array) -> list[Finding]:
    findings = []
    low, quarter, middle, three_quarters, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    spread = three_quarters - quarter
    if spread == 0 or max(high - middle, middle - low) > 20 * spread:
        findings.append(
            note(
                "B057",
                f"{name} has a long tail: half of its values lie within {spaced(spread)}, the farthest"
                f" {spaced(max(high - middle, middle - low))} from the median.",
                fix=_LOGARITHM if low > 0 else "",
                column=name,
            )
        )
    capped = int(np.sum(values == high))
    if len(values) >= 100 and capped > max(10, 0.02 * len(values)) and len(np.unique(values)) > 50:
        message = f"{grouped(capped)} rows share the largest {name}, {spaced(high)}, as if it had been cut off there."
        findings.append(note("B057", message, column=name, count=capped))
    if np.abs(values).max() > np.finfo(np.float32).max:
        findings.append(
            note("B058", f"{name} exceeds single precision and is scaled in double precision.", column=name)
        )
    return findings
