"""Objective: what one member is to learn, by which loss, and what its outputs then mean."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pellucid.catalogue import Chosen
from pellucid.heads import HEADS, ChosenHead
from pellucid.objectives.entry import Loss
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats

__all__ = ["Objective"]

_CLASSES = ("binary", "multiclass", "ordinal", "distribution")
_SIDES = {"similarity": "pairs", "ranking": "pairs", "triplets": "triplets"}


@dataclass(frozen=True)
class Objective:
    """Loss and target of one member. ``contract.choose`` makes only those that fit together.

    Attributes:
        loss: Chosen loss.
        target: Task and sizes.
        output_activation: Choice of the activation at the output, through which the loss is computed; empty: the
            loss's own.
        width: Outputs of the network where the loss takes any number; 0: what the loss needs.
    """

    loss: Chosen[Loss]
    target: TargetSpec
    output_activation: str = ""
    width: int = 0

    @property
    def task(self) -> str:
        """The target's task."""
        return self.target.task

    @property
    def classes(self) -> int:
        """Number of classes; 0 where there are none."""
        return self.target.classes

    @cached_property
    def outputs(self) -> int:
        """True width of the network's output."""
        return self.width or self.loss.entry.outputs(self.target, self.loss.numbers)

    @cached_property
    def link(self) -> str:
        """Choice of the network's output activation."""
        return self.output_activation or self.loss.entry.link(self.target, self.loss.numbers)

    @cached_property
    def head(self) -> ChosenHead:
        """From outputs to predictions; numbers that head and loss share, such as quantile levels, are the loss's."""
        name = self.loss.entry.head(self.target, self.loss.numbers)
        shared = [each.name for each in HEADS[name].parameters if each.name in self.loss.numbers]
        return HEADS(name, **{key: self.loss.numbers[key] for key in shared})

    @property
    def output_layer(self) -> dict[str, Any]:
        """How the network ends, as ``networks.describe_network`` wants to know it.

        ``head`` is ``linear``, ``coral`` (one score and thresholds) or ``adaptive`` (cutoffs and division beside it).
        """
        if self.head.name == "adaptive":
            cutoffs = self.head.numbers["cutoffs"]
            assert isinstance(cutoffs, tuple)
            division = self.loss.numbers["div_value"]
            return {"head": "adaptive", "cutoffs": tuple(int(cutoff) for cutoff in cutoffs), "division": division}
        return {"head": "coral" if self.head.name == "coral" else "linear"}

    def decide(self, predictions: Floats) -> Array:
        """What is told of predictions ``[p, b]``: classes ``[b]``, labels 0 or 1 or values ``[t, b]``, rows last.

        Shares of a distribution and reconstructed values are told as they are; see ``ChosenHead.decide``.
        """
        if self.task in ("distribution", "reconstruction"):
            return predictions
        return self.head.decide(predictions)

    @property
    def rooted(self) -> bool:
        """Whether the error is a squared distance, of whose mean the root is told (RMSE)."""
        return self.head.entry.gives == "values" or self.task == "reconstruction"

    @property
    def error(self) -> str:
        """What ``StackObjective.evaluate`` counts as error, in words."""
        if self.rooted:
            return "root mean squared distance"
        if self.task in _CLASSES:
            return "share of wrong classes"
        if self.task == "multilabel":
            return "share of wrong labels"
        if self.task in _SIDES:
            return f"share of {_SIDES[self.task]} on the wrong side"
        return "mean loss"
