"""NetworkSequenceLabeller: from frames to a sequence of labels, without knowing which frame belongs to which."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from pellucid.errors import DataError
from pellucid.estimators.inputs import refuse_gaps, standardise
from pellucid.estimators.parameters import check_whole
from pellucid.estimators.training import recipe_of, setting_of, train_units
from pellucid.evaluation.metrics.sequences import edit_distance
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats

__all__ = ["NetworkSequenceLabeller"]


class NetworkSequenceLabeller(BaseEstimator):  # type: ignore[misc]
    """Learns frame by frame with connectionist temporal classification (Graves et al. 2006).

    Each frame is seen with its neighbours; the network gives every frame a distribution over the labels and a blank,
    and the loss sums over all ways in which the label sequence can be laid along the frames.

    Args:
        context: Neighbouring frames on either side that a frame is seen with; ≥ 0.
        hidden: Width of every hidden layer.
        activation: Choice of an activation.
        optimizer: Choice of an optimizer.
        lr: Learning rate; None: the optimizer's own.
        schedule: Choice of a schedule.
        batch_size: Sequences per step.
        epochs: Passes over them.
        dropout: Share of hidden values dropped while training.
        l2: L2 penalty.
        random_state: Seed; None: 0.
        device: Where it trains: ``cpu`` or ``cuda``; it predicts on the CPU.

    Attributes:
        result_: The trained network, a ``TrainResult``.
        classes_: Labels in the order of their numbers, which begin at 1; 0 is the blank.
        n_features_in_: Values of a frame.
    """

    def __init__(
        self,
        *,
        context: int = 1,
        hidden: tuple[int, ...] = (64,),
        activation: str = "gelu",
        optimizer: str = "adamw",
        lr: float | None = 5e-3,
        schedule: str = "cosine",
        batch_size: int = 16,
        epochs: int = 60,
        dropout: float = 0.0,
        l2: float = 0.0,
        random_state: int | None = None,
        device: str = "cpu",
    ) -> None:
        self.context = context
        self.hidden, self.activation, self.optimizer, self.lr = hidden, activation, optimizer, lr
        self.schedule, self.batch_size, self.epochs = schedule, batch_size, epochs
        self.dropout, self.l2, self.random_state, self.device = dropout, l2, random_state, device

    def fit(self, X: Sequence[Any], y: Sequence[Any]) -> Self:
        """Learn from sequences of frames ``[T, f]`` each, and the label sequence of each.

        Raises:
            DataError: If frames are not finite numbers of one width, a sequence is empty, or its labels need more
                frames than it has.
            UsageError: If a parameter is out of range.
            SurroundingsError: If the device is not there.
        """
        check_whole(self, "context", 0)
        setting = setting_of(self)
        frames = _frames(X)
        if len(frames) != len(y):
            raise DataError(f"X has {len(frames)} sequences, y has {len(y)}. They must be the same sequences.")
        self.n_features_in_ = frames[0].shape[1]
        labelled = [_labels(place, labels) for place, labels in enumerate(y)]
        # An empty list has no type; NumPy would make reals of the others.
        there = [labels for labels in labelled if len(labels)]
        if not there:
            raise DataError("No sequence has a label, so there is nothing to learn.", code="B053")
        self.classes_ = np.unique(np.concatenate(there))
        numbers = [
            np.searchsorted(self.classes_, labels) + 1 if len(labels) else np.zeros(0, dtype=np.int64)
            for labels in labelled
        ]
        for place, (sequence, labels) in enumerate(zip(frames, numbers, strict=True)):
            # Equal neighbours need a blank between them.
            needed = len(labels) + int((labels[1:] == labels[:-1]).sum())
            if len(sequence) < needed:
                raise DataError(
                    f"Sequence {place} has {len(sequence)} frames, but its {len(labels)} labels need {needed}: one "
                    "each, and one between equal neighbours. Give it more frames, or leave it out."
                )
        self._scale = standardise(np.concatenate(frames))
        rows, units = self._rows(frames)
        longest = max(len(labels) for labels in numbers)
        targets = np.zeros((len(frames), 2 + longest), dtype=np.int64)
        for place, (sequence, labels) in enumerate(zip(frames, numbers, strict=True)):
            targets[place, :2] = len(sequence), len(labels)
            targets[place, 2 : 2 + len(labels)] = labels
        target = TargetSpec(task="sequence", classes=len(self.classes_) + 1, rows=units.shape[1])
        self.result_ = train_units(recipe_of(self, loss="ctc"), rows, targets, target, units, setting=setting)
        return self

    def _rows(self, frames: Sequence[Floats]) -> tuple[Floats, Array]:
        """Every frame with its neighbours ``[n, (2·context + 1)·f]``, and each sequence's row numbers ``[s, T]``.

        Short sequences are filled up with a last row of zeros, which the loss does not look at.
        """
        width = self.context
        stacked = []
        for sequence in frames:
            scaled = np.pad(self._scale.apply(sequence), ((width, width), (0, 0)))
            stacked.append(np.concatenate([scaled[k : k + len(sequence)] for k in range(2 * width + 1)], axis=1))
        rows = np.concatenate([*stacked, np.zeros((1, stacked[0].shape[1]))])
        lengths = [len(sequence) for sequence in frames]
        units = np.full((len(frames), max(lengths)), len(rows) - 1, dtype=np.int64)
        start = 0
        for place, length in enumerate(lengths):
            units[place, :length] = np.arange(start, start + length)
            start += length
        return rows, units

    def predict_log_proba(self, X: Sequence[Any]) -> list[Floats]:
        """Log-probabilities of blank and labels, ``[T, 1 + classes]`` per sequence."""
        check_is_fitted(self)
        frames = _frames(X)
        if frames[0].shape[1] != self.n_features_in_:
            raise DataError(f"Frames have {frames[0].shape[1]} values, {self.n_features_in_} are expected.")
        rows, units = self._rows(frames)
        outputs = self.result_.outputs(rows)[0]
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return [logs[own[: len(sequence)]] for own, sequence in zip(units, frames, strict=True)]

    def predict(self, X: Sequence[Any]) -> list[Array]:
        """The label sequence of every sequence, by its best path (Graves et al. 2006, §3.2).

        That is the likeliest symbol of each frame, with repeats and blanks taken out.
        """
        found = []
        for logs in self.predict_log_proba(X):
            path = logs.argmax(axis=1)
            kept = path[np.concatenate([[True], path[1:] != path[:-1]])]
            found.append(self.classes_[kept[kept > 0] - 1])
        return found

    def score(self, X: Sequence[Any], y: Sequence[Any]) -> float:
        """1 − label error rate: edits needed to turn predictions into labels, per label."""
        edits = sum(edit_distance(own, given) for own, given in zip(self.predict(X), y, strict=True))
        return 1.0 - edits / max(sum(len(given) for given in y), 1)


def _frames(X: Sequence[Any]) -> list[Floats]:
    try:
        frames: list[Floats] = [np.asarray(sequence, dtype=np.float64) for sequence in X]
    except (TypeError, ValueError):
        raise DataError("X must be a list of sequences, each an array of real numbers [T, f].") from None
    if not frames:
        raise DataError("There are no sequences. Pass at least one array of frames [T, f].")
    for place, sequence in enumerate(frames):
        if sequence.ndim != 2 or not sequence.size:
            raise DataError(f"Sequence {place} has the shape {sequence.shape}; frames [T, f] are wanted, T ≥ 1.")
        if sequence.shape[1] != frames[0].shape[1]:
            raise DataError(
                f"Frames of sequence {place} have {sequence.shape[1]} values, those of the first {frames[0].shape[1]}."
            )
        if not np.isfinite(sequence).all():
            raise DataError(f"Sequence {place} holds values that are not finite. Fill or drop those frames.")
    return frames


def _labels(place: int, labels: Any) -> Array:
    column = np.asarray(labels)
    if column.ndim != 1:
        raise DataError(
            f"The labels of sequence {place} are {labels!r}; a list of labels is wanted, such as ['a', 'b'] or "
            "list('ab')."
        )
    refuse_gaps(column, f"A label of sequence {place}")
    return column
