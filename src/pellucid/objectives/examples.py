"""A typical target of every kind, by which the contract's table is worked out."""

import msgspec

from pellucid.objectives.chosen import ChosenLoss
from pellucid.records import TargetSpec, TargetTask

__all__ = ["EXAMPLES", "example"]

# Reals reach far to both sides, so that only outputs without bounds count as fitting in general.
_FAR = 1e6

EXAMPLES: dict[TargetTask, TargetSpec] = {
    "binary": TargetSpec(task="binary", classes=2),
    "multiclass": TargetSpec(task="multiclass", classes=4),
    "multilabel": TargetSpec(task="multilabel", columns=3, low=0, high=1),
    "ordinal": TargetSpec(task="ordinal", classes=4),
    "distribution": TargetSpec(task="distribution", classes=4, columns=4, low=0, high=1),
    "regression": TargetSpec(task="regression", low=-_FAR, high=_FAR),
    "count": TargetSpec(task="count", low=0, high=_FAR),
    "quantile": TargetSpec(task="quantile", low=-_FAR, high=_FAR),
    "similarity": TargetSpec(task="similarity", rows=2, low=-1, high=1),
    "triplets": TargetSpec(task="triplets", rows=3),
    "ranking": TargetSpec(task="ranking", rows=2, low=-1, high=1),
    "sequence": TargetSpec(task="sequence", classes=4, rows=5),
    "reconstruction": TargetSpec(task="reconstruction", columns=5, low=-_FAR, high=_FAR),
}


def example(task: TargetTask, loss: ChosenLoss) -> TargetSpec:
    """A typical target, with classes enough for a loss that puts the rare ones into clusters."""
    target = EXAMPLES[task]
    cutoffs = loss.numbers.get("cutoffs")
    if task == "multiclass" and isinstance(cutoffs, tuple):
        return msgspec.structs.replace(target, classes=2 * int(cutoffs[-1]))
    return target
