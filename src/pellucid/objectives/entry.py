"""Loss: what an entry of the registry is. See ``chosen`` for a loss with its numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from torch import Tensor

from pellucid.catalogue import Entry, Value
from pellucid.records import TargetSpec

__all__ = ["Form", "Loss", "Numbers", "Reads", "Rule", "Word", "always", "nobody_knows"]

Numbers: TypeAlias = Mapping[str, Any]
"""Parameter → tensor ``[m, 1]`` for a number per member, or None (see ``Loss.skipped``); structural parameters as they
are: floats, whole numbers, tuples, words, flags. ``numbers.stack_numbers`` makes them."""
Rule: TypeAlias = Callable[[Tensor, Tensor, Numbers], Tensor]
Word: TypeAlias = Callable[[TargetSpec, Mapping[str, Value]], str]
Reads: TypeAlias = Literal[
    "logits",
    "log_probabilities",
    "probabilities",
    "reals",
    "rates",
    "mean_and_variance",
    "scores",
    "embeddings",
    "frames",
]
Form: TypeAlias = Literal[
    "elements",
    "chances",
    "shares",
    "marks",
    "label_means",
    "labels",
    "classes",
    "class_rows",
    "chances_or_classes",
    "ranks",
    "clustered_classes",
    "rows",
    "distances",
    "pairs",
    "score_pairs",
    "triplets",
    "sequences",
]


def always(word: str) -> Word:
    """The same word whatever target and numbers are."""
    return lambda target, numbers: word


def fits(target: TargetSpec, numbers: Mapping[str, Value]) -> str:
    """Nothing: these numbers fit every target."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Loss(Entry):
    """One loss.

    Everything that depends on target and numbers takes the member's own numbers, by parameter.

    Attributes:
        reads: What the network's outputs are to it, behind the activation at the output.
        targets: Tasks whose targets it accepts; see ``records.TargetSpec``.
        outputs: ``(target, numbers) → width of the output``; 0: any width, ``Recipe.outputs`` says which.
        needs: The same in words: ``one per class``.
        lower_bound: Least value that outputs of the kind it reads can reach; None where there is none.
        untrained: What to expect of an untrained network, in words: ``ln C``.
        expects: ``(target, numbers) → `` that value, for outputs of 0 before ``link``; NaN where it cannot be known
            beforehand.
        link: ``(target, numbers) → `` name of the activation at the output through which the loss is computed:
            ``identity``, ``sigmoid``, ``log_softmax`` …
        head: ``(target, numbers) → `` name of the way from the outputs (behind ``link``) to predictions; see ``heads``.
        form: Shapes that it takes in stand-alone use; see ``forms``.
        skipped: Numbers that come as None where every member of the stack has the default, so that nothing is computed
            for them.
        training_only: Numbers that are left out when a network is judged: label smoothing. They come as None then.
        check: Refuses numbers that do not fit one another.
        misfit: ``(target, numbers) → `` why the numbers do not fit the target, in a sentence; empty where they do.
        value: Outputs ``[m, k·b, o]`` (k rows a unit, o the true width), targets, numbers → losses ``[m, b]``.
        gradient: The same → gradient of each unit's own loss with respect to its outputs ``[m, k·b, o]``.
    """

    reads: Reads
    targets: tuple[str, ...]
    outputs: Callable[[TargetSpec, Mapping[str, Value]], int]
    needs: str
    lower_bound: float | None = 0.0
    untrained: str
    expects: Callable[[TargetSpec, Mapping[str, Value]], float]
    link: Word
    head: Word
    form: Form
    skipped: tuple[str, ...] = ()
    training_only: tuple[str, ...] = ()
    check: Callable[[Mapping[str, Value]], None] | None = None
    misfit: Word = fits
    value: Rule
    gradient: Rule


def nobody_knows(target: TargetSpec, numbers: Mapping[str, Value]) -> float:
    """NaN: what an untrained network gives depends on the targets."""
    return float("nan")
