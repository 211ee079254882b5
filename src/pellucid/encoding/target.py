"""The target as a network sees it, and back in the user's unit.

Classes are codes, labels 0 or 1, shares sum to 1, counts stay counts; numbers are re-expressed (standardised unless
asked otherwise). Predictions of numbers are means of what the network saw. Where the re-expression is a straight line,
the inverse of a mean is the mean; otherwise it is not: the mean of logarithms comes back as the geometric mean, which
for a target whose logarithms are spread evenly is the median and lies below the mean. Quantiles come back as the same
quantiles under every re-expression, because order is kept.
"""

from itertools import pairwise
from typing import Annotated, Literal

import msgspec
import numpy as np

from pellucid.encoding.expressions import EXPRESSIONS, FittedExpression
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.tables.targets import TargetDecision, Task

__all__ = ["TargetEncoding", "decode_target", "encode_target", "fit_target", "target_spec"]

Kind = Literal["classes", "labels", "shares", "numbers", "count", "scores", "inputs", "symbols"]


class TargetEncoding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fitted target.

    Attributes:
        kind: ``classes``; ``labels``, any of which a row may have; ``shares`` of a whole; ``numbers``, of which
            quantiles may be wanted; a ``count``; ``scores`` that put rows in order; the ``inputs`` themselves; or
            ``symbols`` in a sequence.
        columns: The target columns; none for the inputs.
        classes: What codes, labels, shares and symbols stand for, in order; empty for the others.
        numbers: One re-expression for each column of numbers; empty for the others.
        levels: Levels of the quantiles that are wanted, rising; empty where none are.
        spellings: How no and yes are written in each column of labels.
        separator: What joins the labels of a row that stand in one column of text; empty where each has a column.
        total: What the shares of a row sum to, in the user's unit.
        low: Smallest count of the training rows; 0 for the others.
        high: Largest.
        group: The column whose equal values hold the rows of a ranking or of a sequence together; empty for none.
        context: Neighbouring rows on either side that a row of a sequence is seen with.
    """

    kind: Kind
    columns: tuple[str, ...]
    classes: tuple[str, ...] = ()
    numbers: tuple[FittedExpression, ...] = ()
    levels: tuple[float, ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()
    separator: str = ""
    total: float = 1.0
    low: float = 0.0
    high: float = 0.0
    group: str = ""
    context: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0

    def __post_init__(self) -> None:
        if bool(self.columns) == (self.kind == "inputs") or len(set(self.columns)) != len(self.columns):
            raise ValueError("a target has one column or several, each once, and inputs have none")
        named = self.kind in ("classes", "labels", "shares", "symbols")
        if named != (len(self.classes) > 1):
            raise ValueError("classes need at least two labels, numbers none")
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("two classes have the same label")
        if len(self.numbers) != (len(self.columns) if self.kind == "numbers" else 0):
            raise ValueError("every column of numbers has a re-expression, and nothing else has")
        if self.kind in ("classes", "count", "scores", "symbols") and len(self.columns) > 1:
            raise ValueError(f"a target of the kind {self.kind} has one column")
        if self.kind == "shares" and len(self.columns) != len(self.classes):
            raise ValueError("shares have a column each")
        if self.kind == "labels" and not self.separator and not len(self.columns) == len(self.classes):
            raise ValueError("labels have a column each, or a separator")
        if self.spellings and len(self.spellings) != len(self.columns):
            raise ValueError("spellings belong to one column each")
        levels = (0.0, *self.levels, 1.0)
        if any(second <= first for first, second in pairwise(levels)):
            raise ValueError("levels rise between 0 and 1")
        if self.levels and (self.kind, len(self.columns)) != ("numbers", 1):
            raise ValueError("quantiles are of one column of numbers")
        if (self.kind == "symbols" and not self.group) or (self.group and self.kind not in ("scores", "symbols")):
            raise ValueError("sequences have a group, a ranking may have one, and nothing else has")
        if self.context and self.kind != "symbols":
            raise ValueError("only rows of a sequence are seen with their neighbours")
        if not self.total > 0 or self.low > self.high:
            raise ValueError("a total is above 0 and low not above high")

    @property
    def parts(self) -> tuple[str, ...]:
        """Name of each column of a prediction that has several; empty for a prediction of one column."""
        if self.kind == "labels":
            return () if self.separator else self.classes
        if self.kind == "shares":
            return self.classes
        if self.levels:
            return tuple(f"{level:g}" for level in self.levels)
        return self.columns if len(self.columns) > 1 else ()


def fit_target(
    values: Array, decision: TargetDecision, rows: RowNumbers, *, expression: str = "standard", context: int = 0
) -> TargetEncoding:
    """Learn the target's scale from training rows.

    Args:
        values: As ``target_values`` gives them, of the whole table: codes int64 ``[n]``, or float64 ``[n]`` or
            ``[n, t]``.
        decision: Task, classes, levels.
        rows: Training rows; their values are present and finite.
        expression: Choice of the re-expression of numbers.
        context: Neighbouring rows on either side that a row of a sequence is seen with.

    Raises:
        DataError: B083 if a number lies where the re-expression is not defined.
    """
    columns = decision.columns
    match decision.task:
        case "binary" | "multiclass" | "ordinal" | "embedding":
            return TargetEncoding(kind="classes", columns=columns, classes=decision.classes)
        case "ranking":
            return TargetEncoding(kind="scores", columns=columns, group=decision.group)
        case "reconstruction":
            return TargetEncoding(kind="inputs", columns=())
        case "sequence":
            return TargetEncoding(
                kind="symbols", columns=columns, classes=decision.classes, group=decision.group, context=context
            )
        case "multilabel":
            return TargetEncoding(
                kind="labels",
                columns=columns,
                classes=decision.classes,
                spellings=decision.spellings,
                separator=decision.separator,
            )
        case "distribution":
            return TargetEncoding(kind="shares", columns=columns, classes=decision.classes, total=decision.total)
        case "count":
            known = values[rows]
            return TargetEncoding(kind="count", columns=columns, low=float(known.min()), high=float(known.max()))
    chosen = EXPRESSIONS(expression)
    wide = _wide(values)
    for column, name in zip(wide.T, columns, strict=True):
        chosen.check(column, name)
    return TargetEncoding(
        kind="numbers",
        columns=columns,
        numbers=tuple(chosen.fit(np.ascontiguousarray(column)) for column in wide[rows].T),
        levels=decision.levels,
    )


def _wide(values: Array) -> Floats:
    """Numbers as ``[n, t]``."""
    numbers: Floats = np.asarray(values, dtype=np.float64)
    return numbers[:, None] if numbers.ndim == 1 else numbers


def encode_target(encoding: TargetEncoding, values: Array) -> Array:
    """The target as the network sees it.

    Args:
        encoding: Fitted.
        values: As ``target_values`` gives them.

    Returns:
        Codes int64 ``[n]``; or float32: labels and shares ``[n, c]``, counts ``[n]``, numbers ``[n]`` or ``[n, t]``.
    """
    if encoding.kind == "classes":
        return np.asarray(values, dtype=np.int64)
    if encoding.kind != "numbers":
        return np.asarray(values, dtype=np.float32)
    columns = [number.forward(column) for number, column in zip(encoding.numbers, _wide(values).T, strict=True)]
    encoded = np.stack(columns, axis=1).astype(np.float32)
    return encoded[:, 0] if np.ndim(values) == 1 else encoded


def decode_target(encoding: TargetEncoding, values: Array, *, clamp: bool = False) -> Array:
    """What was decided or predicted, in the user's unit.

    Args:
        encoding: Fitted.
        values: Class codes int64 ``[n]``; labels 0 or 1, shares, or re-expressed numbers ``[n, t]``; rates ``[n]``.
        clamp: Keep numbers within those of the training rows.

    Returns:
        Classes as str ``[n]``. Labels as their columns are written, str ``[n, labels]``, or joined by the separator,
        str ``[n]``. Shares of the user's total ``[n, parts]``, numbers ``[n]``, ``[n, t]`` or quantiles ``[n, levels]``
        and rates ``[n]`` as float64; infinite where they overflow.
    """
    match encoding.kind:
        case "classes":
            return np.asarray(encoding.classes)[np.asarray(values, dtype=np.int64)]
        case "labels":
            return _written_labels(encoding, np.asarray(values, dtype=np.int64))
        case "shares":
            return np.asarray(values, dtype=np.float64) * encoding.total
        case "count":
            rates = np.asarray(values, dtype=np.float64)
            return np.clip(rates, encoding.low, encoding.high) if clamp else rates
    wide = _wide(values)
    # Quantiles are all of the one column.
    numbers = encoding.numbers * wide.shape[1] if encoding.levels else encoding.numbers
    columns = []
    for number, column in zip(numbers, wide.T, strict=True):
        back = number.inverse(np.ascontiguousarray(column))
        columns.append(np.clip(back, number.low, number.high) if clamp else back)
    decoded = np.stack(columns, axis=1)
    return decoded[:, 0] if np.ndim(values) == 1 else decoded


def _written_labels(encoding: TargetEncoding, labels: Array) -> Array:
    if encoding.separator:
        names = np.asarray(encoding.classes, dtype=object)
        return np.array([encoding.separator.join(names[row == 1]) for row in labels], dtype=np.str_)
    words = np.asarray(encoding.spellings or (("0", "1"),) * len(encoding.columns))
    return words[np.arange(len(words)), labels]


def target_spec(encoding: TargetEncoding, task: Task, *, inputs: int = 0) -> TargetSpec:
    """The target for losses and heads, in the network's unit.

    Args:
        encoding: Fitted.
        task: The decided task.
        inputs: Encoded columns, for a reconstruction.
    """
    match task:
        case "embedding":
            return TargetSpec(task="triplets", rows=3)
        case "ranking":
            return TargetSpec(task="ranking", rows=2)
        case "reconstruction":
            return TargetSpec(task="reconstruction", columns=inputs)
        case "sequence":
            # Symbol 0 is the blank.
            return TargetSpec(task="sequence", classes=len(encoding.classes) + 1)
    if encoding.kind == "count":
        return TargetSpec(task=task, low=encoding.low, high=encoding.high)
    if encoding.kind == "numbers":
        # Every re-expression keeps order, so that the ends of the training rows stay the ends.
        ends = [number.forward(np.array([number.low, number.high])) for number in encoding.numbers]
        low, high = min(float(end[0]) for end in ends), max(float(end[1]) for end in ends)
        return TargetSpec(task=task, columns=len(encoding.numbers), low=low, high=high)
    if encoding.kind == "labels":
        return TargetSpec(task=task, columns=len(encoding.classes), low=0.0, high=1.0)
    return TargetSpec(task=task, classes=len(encoding.classes))
