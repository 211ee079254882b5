"""What only the values of the targets show: marks that a loss does not read, shares that do not sum to 1."""

from collections.abc import Callable

import numpy as np

from pellucid.errors import CONTRACT_RULES, ContractError
from pellucid.objectives.families import family, reads
from pellucid.objectives.objective import Objective
from pellucid.objectives.reach import reach
from pellucid.records import Finding, Severity
from pellucid.shapes import Array

__all__ = ["check_targets", "finding"]

# Shares are sums of float32 numbers at worst.
_SUM_TOLERANCE = 1e-3


def check_targets(objective: Objective, values: Array) -> tuple[Finding, ...]:
    """Look at targets before the first step.

    Args:
        objective: What they are for.
        values: Targets of the training units as in ``records.TargetSpec``: ``[n]`` or ``[n, t]``.

    Returns:
        What is worth a warning: classes without rows, labels that never meet.

    Raises:
        ContractError: If the loss cannot read them: L106, L109, L112, L113, L114 or L122.
    """
    if not len(values):
        return ()
    return _CHECKS[objective.task](objective, np.asarray(values))


def finding(code: str, message: str, fix: str) -> Finding:
    """A warning under a rule of the contract."""
    return Finding(code=code, slug=CONTRACT_RULES[code], severity=Severity.WARNING, message=message, fix=fix)


def _classes(objective: Objective, values: Array) -> tuple[Finding, ...]:
    low, high, classes = values.min(), values.max(), objective.classes
    whole = bool((values == np.floor(values)).all())
    if not whole or low < 0 or high >= classes:
        raise ContractError(_code_of(objective), _stray(objective, values, whole=whole))
    counts = np.bincount(values.astype(np.int64), minlength=classes)
    if (counts > 0).all():
        return ()
    empty = np.flatnonzero(counts == 0)
    shown = ", ".join(str(number) for number in empty[:5]) + (", …" if len(empty) > 5 else "")
    return (
        finding(
            "L113",
            f"No training row belongs to class {shown} (of 0 to {classes - 1}): their outputs are never the right "
            "answer.",
            "Leave those classes out, or see that the training rows contain them.",
        ),
    )


def _code_of(objective: Objective) -> str:
    return "L112" if family(objective.loss.entry) == "labels" else "L113"


def _stray(objective: Objective, values: Array, *, whole: bool) -> str:
    low, high, classes = values.min(), values.max(), objective.classes
    start = f"{objective.loss.name} reads class numbers 0 to {classes - 1}, "
    if not whole:
        return f"{start}found {_first(values, values != np.floor(values))}. Number the classes, or choose a regression."
    if set(np.unique(values).tolist()) == {-1, 1}:
        return f"{start}found −1 and +1. Write 0 for −1."
    if low == 1 and high == classes:
        return f"{start}found 1 to {classes}: the labels start at 1. Subtract 1."
    found = f"found {low:g} to {high:g}"
    return f"{start}{found}. Number the classes from 0, or give the target {max(int(high) + 1, classes)} classes."


def _first(values: Array, wrong: Array) -> str:
    place = np.argwhere(wrong)[0]
    return f"{values[tuple(place)]:g} in row {int(place[0])}"


def _labels(objective: Objective, values: Array) -> tuple[Finding, ...]:
    _within(objective, values, "labels 0 and 1, or numbers between")
    table = values.reshape(len(values), -1)
    alone = table.shape[1] > 1 and bool(((table == 0) | (table == 1)).all() and (table.sum(axis=1) == 1).all())
    if not alone:
        return ()
    return (
        finding(
            "L111",
            f"Every one of {len(table)} rows carries exactly one of {table.shape[1]} labels, as classes that exclude "
            "one another do; independent outputs do not know that.",
            'Give the number of the class as target, and use pl.Recipe(loss="cross_entropy").',
        ),
    )


def _within(objective: Objective, values: Array, what: str) -> None:
    outside = (values < 0) | (values > 1)
    if outside.any():
        marks = set(np.unique(values).tolist()) <= {-1, 1}
        advice = "Write 0 for −1." if marks else "Rescale them to 0 … 1."
        found = "−1 and +1" if marks else _first(values, outside)
        raise ContractError("L112", f"{objective.loss.name} reads {what}, found {found}. {advice}")


def _shares(objective: Objective, values: Array) -> tuple[Finding, ...]:
    if objective.loss.numbers.get("log_target"):
        values = np.exp(values)
    sums = values.sum(axis=1)
    wrong = (np.abs(sums - 1) > _SUM_TOLERANCE) | (values < 0).any(axis=1)
    if wrong.any():
        row = int(wrong.argmax())
        found = f"a share of {values[row].min():g}" if (values[row] < 0).any() else f"shares that sum to {sums[row]:g}"
        code = "L106" if family(objective.loss.entry) == "distributions" else "L114"
        raise ContractError(
            code,
            f"{objective.loss.name} reads distributions, found {found} in row {row}. Divide every row by its sum.",
        )
    return ()


def _numbers(objective: Objective, values: Array) -> tuple[Finding, ...]:
    kind = objective.loss.entry
    if family(kind) == "labels":
        _within(objective, values, "values between 0 and 1")
    elif kind.reads == "rates" and (values < 0).any():
        raise ContractError(
            "L109",
            f"{kind.name} reads counts, which are never negative, found {_first(values, values < 0)}.",
            recipe='pl.Recipe(loss="mse")',
        )
    elif kind.reads == "reals":
        values_of = reach(objective.link)
        if not values_of.covers(float(values.min()), float(values.max())):
            raise ContractError(
                "L109",
                f"{objective.link} at the output gives values from {values_of}, but the targets lie between "
                f"{values.min():g} and {values.max():g}.",
                recipe=f'pl.Recipe(loss="{objective.loss}")',
            )
    if objective.task == "regression" and set(np.unique(values).tolist()) == {0, 1}:
        return (
            finding(
                "L110",
                f"The target has the values 0 and 1 alone, as two classes have, and {kind.name} {reads(kind)}.",
                'Choose task="binary" and pl.Recipe(loss="bce_with_logits").',
            ),
        )
    return ()


def _marks(objective: Objective, values: Array) -> tuple[Finding, ...]:
    wrong = np.abs(values) != 1
    if wrong.any():
        advice = "Write −1 for 0." if set(np.unique(values).tolist()) <= {0, 1} else "Write −1 or +1 for every pair."
        raise ContractError(
            "L122", f"{objective.loss.name} reads pairs marked −1 or +1, found {_first(values, wrong)}. {advice}"
        )
    return ()


def _sequences(objective: Objective, values: Array) -> tuple[Finding, ...]:
    frames, lengths, symbols = values[:, 0], values[:, 1], values[:, 2:]
    used = np.arange(symbols.shape[1]) < lengths[:, None]
    wrong = used & ((symbols < 1) | (symbols >= objective.classes))
    if wrong.any():
        raise ContractError(
            "L113",
            f"{objective.loss.name} reads symbols 1 to {objective.classes - 1}, 0 being the blank, found "
            f"{_first(symbols, wrong)}. Number the symbols from 1.",
        )
    stray = (frames < 1) | (frames > objective.target.rows) | (lengths < 0) | (lengths > symbols.shape[1])
    if stray.any():
        row = int(stray.argmax())
        raise ContractError(
            "L113",
            f"Sequence {row} claims {frames[row]} frames of {objective.target.rows} and {lengths[row]} symbols of "
            f"{symbols.shape[1]}. Both must fit.",
        )
    return ()


def _nothing(objective: Objective, values: Array) -> tuple[Finding, ...]:
    return ()


_CHECKS: dict[str, Callable[[Objective, Array], tuple[Finding, ...]]] = {
    "binary": _classes,
    "multiclass": _classes,
    "ordinal": _classes,
    "multilabel": _labels,
    "distribution": _shares,
    "regression": _numbers,
    "count": _numbers,
    "quantile": _numbers,
    "reconstruction": _numbers,
    "similarity": _marks,
    "ranking": _marks,
    "triplets": _nothing,
    "sequence": _sequences,
}
