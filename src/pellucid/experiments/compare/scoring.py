"""From a member's outputs to its score: the head's predictions, in the user's unit, judged by the primary metric."""

from dataclasses import dataclass

import numpy as np

from pellucid.encoding import TargetEncoding, decode_target
from pellucid.errors import TrainingError
from pellucid.evaluation import METRICS, Judgement, metrics_of, task_metrics
from pellucid.heads import ChosenHead
from pellucid.shapes import Array, Floats
from pellucid.tables import TargetDecision

__all__ = ["Judge", "judge_of"]


@dataclass(frozen=True)
class Judge:
    """How variants are judged.

    Attributes:
        target: The task.
        metric: The primary metric.
        greater_is_better: Its direction.
    """

    target: TargetDecision
    metric: str
    greater_is_better: bool

    def score(self, truth: Array, said: Judgement) -> float:
        """The primary metric; NaN where it is undefined or a prediction is not finite.

        Args:
            truth: What was true, as ``tables.target_values`` gives it.
            said: What a model says, in the user's unit.
        """
        try:
            value = metrics_of(self.target.task, truth, *said, levels=self.target.levels, metrics=(self.metric,))
        except TrainingError:
            return float("nan")
        found = value.get(self.metric)
        return float("nan") if found is None else found

    def judgement(self, head: ChosenHead, encoding: TargetEncoding, outputs: Floats) -> Judgement:
        """What a member says, in the user's unit: as ``models.Model`` would, from a file with this member alone.

        Args:
            head: Of the member.
            encoding: Of its target.
            outputs: ``[n, o]``.
        """
        with np.errstate(all="ignore"):
            predictions = head.ensemble(outputs.T[None])
        if encoding.kind in ("classes", "labels"):
            decided = head.decide(predictions)
            scores = head.entry.gives == "scores"
            told = decided if decided.ndim == 1 else np.ascontiguousarray(decided.T)
            return Judgement(told, None if scores else np.ascontiguousarray(predictions.T))
        whole = encoding.levels or encoding.kind == "shares"
        told = np.ascontiguousarray((predictions if whole else head.decide(predictions)).T)
        if told.shape[1] == 1 and not encoding.levels and len(encoding.columns) == 1:
            told = told[:, 0]
        values = decode_target(encoding, told, clamp=True)
        return Judgement(values, np.ascontiguousarray(predictions.T) if encoding.kind == "shares" else None)


def judge_of(target: TargetDecision) -> Judge:
    """How the variants of a comparison are judged: by the metric that stands first wherever the task is judged."""
    columns = len(target.columns) if target.task in ("regression", "count") else 1
    metric = task_metrics(target.task, columns)[0]
    better = METRICS[metric].greater_is_better
    assert better is not None
    return Judge(target, metric, better)
