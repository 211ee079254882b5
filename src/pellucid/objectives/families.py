"""What a loss compares, read off its declaration, and how targets are called: the words of the contract."""

from typing import Literal, TypeAlias

from pellucid.objectives.entry import Loss
from pellucid.records import TargetSpec

__all__ = ["CLASS_TASKS", "NUMBER_TASKS", "PAIR_TASKS", "Family", "describe", "family", "reads"]

CLASS_TASKS = ("binary", "multiclass", "ordinal", "distribution")
NUMBER_TASKS = ("regression", "count", "quantile", "reconstruction")
PAIR_TASKS = ("similarity", "triplets", "ranking")

Family: TypeAlias = Literal["numbers", "pairs", "sequences", "classes", "distributions", "labels", "order"]


def family(loss: Loss) -> Family:
    """What the loss compares outputs with."""
    if loss.reads in ("reals", "rates", "mean_and_variance"):
        return "numbers"
    if loss.reads == "frames":
        return "sequences"
    if loss.reads == "embeddings" or set(loss.targets) & set(PAIR_TASKS):
        return "pairs"
    if "multiclass" in loss.targets:
        return "classes"
    if "binary" in loss.targets or "multilabel" in loss.targets:
        return "labels"
    return "order" if "ordinal" in loss.targets else "distributions"


def reads(loss: Loss) -> str:
    """What the loss does with targets, to follow on its name."""
    return {
        "numbers": "measures how far numbers lie apart",
        "pairs": "compares the rows of pairs or triplets",
        "sequences": "reads sequences of symbols",
        "classes": "reads one class number a row, 0, 1, …, and lets the classes share one probability",
        "distributions": "compares distributions, whose shares sum to 1 in every row",
        "labels": "judges yes or no, 1 or 0, output by output",
        "order": "asks whether an ordered class lies above the first, the second, …",
    }[family(loss)]


def describe(target: TargetSpec) -> str:
    """The target as a half-sentence."""
    return {
        "binary": "the target has two classes",
        "multiclass": f"the target has {target.classes} classes that exclude one another",
        "ordinal": f"the target has {target.classes} classes in order",
        "multilabel": f"a row may carry several of {target.columns} labels",
        "distribution": f"the target is a distribution over {target.classes} classes",
        "regression": "the target is a number",
        "count": "the target is a count",
        "quantile": "quantiles of a number are asked for",
        "similarity": "the target marks pairs as alike (+1) or not (−1)",
        "triplets": "rows come in triplets that need no target",
        "ranking": "the target says which row of a pair comes first (+1 or −1)",
        "sequence": "the target is a sequence of symbols",
        "reconstruction": "the inputs themselves are to be reconstructed",
    }[target.task]
