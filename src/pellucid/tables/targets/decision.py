"""TargetDecision: what one or several target columns ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pellucid.records import Finding

__all__ = ["CLASS_TASKS", "GROUPED", "SEVERAL", "TASKS", "UNIT_TASKS", "TargetDecision", "Task", "joined_names"]

Task: TypeAlias = Literal[
    "binary",
    "multiclass",
    "ordinal",
    "multilabel",
    "distribution",
    "regression",
    "count",
    "quantile",
    "embedding",
    "ranking",
    "reconstruction",
    "sequence",
]
TASKS: tuple[Task, ...] = (
    "binary",
    "multiclass",
    "ordinal",
    "multilabel",
    "distribution",
    "regression",
    "count",
    "quantile",
    "embedding",
    "ranking",
    "reconstruction",
    "sequence",
)
UNIT_TASKS: tuple[Task, ...] = ("embedding", "ranking", "reconstruction", "sequence")
"""Tasks whose networks learn from pairs, triplets or sequences of rows, or from the rows themselves."""
GROUPED: tuple[Task, ...] = ("ranking", "sequence")
"""Tasks whose rows belong together by a column of their own."""
CLASS_TASKS: tuple[Task, ...] = ("binary", "multiclass", "ordinal")
"""Tasks whose values are one class number a row."""
SEVERAL: tuple[Task, ...] = ("multilabel", "distribution", "regression")
"""Tasks that may have several target columns."""

_NAMED = 4


@dataclass(frozen=True)
class TargetDecision:
    """What the target asks for.

    Attributes:
        name: The target for people: the column, or the columns joined by commas.
        task: One of ``TASKS``.
        classes: What probabilities are of, in order: classes (numbers by size, words by letter, or as the order was
            given), labels of a multilabel target or of an embedding, parts of a distribution, symbols of a sequence;
            empty for numbers.
        counts: Rows of each class or label; empty for a distribution and for numbers.
        reason: Why that task, in a few words.
        note: The target in a few words for people: ``549 no, 342 yes``.
        missing: Rows without a (whole) target, which the caller drops.
        findings: What a person should know.
        columns: The target columns; where none are given, the one of that name. A reconstruction has none.
        levels: Levels of a quantile target, rising; empty for the others.
        spellings: How no and yes are written in each column of a multilabel target.
        separator: What stands between the labels of a multilabel target that is one column of text; empty for columns.
        group: The column whose equal values hold rows together: queries of a ranking, sequences; empty for none.
        total: What the parts of each row of a distribution sum to in the table; 1 where every row has its own total.
    """

    name: str
    task: Task
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    reason: str
    note: str
    missing: int
    findings: tuple[Finding, ...]
    columns: tuple[str, ...] = ()
    levels: tuple[float, ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()
    separator: str = ""
    group: str = ""
    total: float = 1.0

    def __post_init__(self) -> None:
        if not self.columns and self.task != "reconstruction":
            object.__setattr__(self, "columns", (self.name,))


def joined_names(names: Sequence[str]) -> str:
    """Target columns for people: all of up to four, else three and how many more."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1} more"
