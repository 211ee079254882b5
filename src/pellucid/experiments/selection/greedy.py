"""Greedy ensemble selection with replacement.

Caruana, Niculescu-Mizil, Crew & Ksikes (2004), "Ensemble selection from libraries of models", ICML: of many trained
candidates the one is added to the ensemble, again and again, that makes the mean prediction best on held-out rows;
one that was added twice counts twice. There, section 2.1 is replacement, 2.2 the sorted beginning, 2.3 bagging.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.errors import TrainingError, UsageError
from pellucid.experiments.selection.scoring import Score, Scorer, measure_of, scorer
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["SIZE", "Selection", "mixed", "select", "selection_path", "sound_candidates"]

SIZE = 50
PATIENCE = 10
_BAGS = 4_207
"""Stream of the draws of bags."""
_CHUNK = 2**17
"""Values of candidates that are looked at together: 1 MB of float64 stay in the cache."""
_SAME = 1e-12
"""Losses that differ by less than this part of themselves are equal: a mean of equal predictions is rounded."""


@dataclass(frozen=True)
class Selection:
    """One greedy path.

    Attributes:
        order: Candidates in the order in which they were added, the beginning included.
        losses: Of the mean after each of them ``[len(order)]``, on the rows that chose; less is better.
        size: How many of them are taken: the fewest that reach the least loss.
        candidates: How many there were.
    """

    order: tuple[int, ...]
    losses: tuple[float, ...]
    size: int
    candidates: int

    @property
    def weights(self) -> Floats:
        """How much each candidate counts ``[candidates]``; sums to 1."""
        counts = np.bincount(self.order[: self.size], minlength=self.candidates)
        return counts / self.size


def select(
    predictions: Floats,
    truth: Array,
    score: Score,
    *,
    size: int = SIZE,
    start: int = 1,
    patience: int = PATIENCE,
    bags: int = 0,
    share: float = 0.5,
    seed: int = 0,
    levels: Sequence[float] = (),
) -> Floats:
    """Weights of a greedily selected ensemble.

    Args:
        predictions: Of every candidate for rows that it did not learn from ``[candidates, n, p]``, or
            ``[candidates, n]``: probabilities of classes or labels, numbers, rates, shares or quantiles, in the unit of
            the truth. A candidate with a value that is not finite failed, or says nothing of some row: it cannot be
            compared on the same rows and gets weight 0.
        truth: Of the rows ``[n, …]``, as in ``evaluation.judge``.
        score: A task with the name of one of its metrics, such as ``("binary", "log_loss")``, or a function of
            predictions ``[n, p]`` and truth, the greater the better.
        size: Candidates in the ensemble, each counted as often as it was added; ≥ 1.
        start: How many may begin, each once: of the best candidates the first N ≤ start whose mean is best; ≥ 1.
        patience: Steps without a gain after which the path ends; 1 ends it at the first. A step that gains nothing can
            make room for one that does: behind ``a, a`` a candidate comes in at a third.
        bags: How many times a share of the candidates is drawn and selected from, the weights being averaged, which
            guards against a candidate that is good by chance; 0: all candidates, once.
        share: Of the candidates in a bag; between 0 and 1.
        seed: Of the draws.
        levels: Those of quantiles.

    Returns:
        ``[candidates]`` float64, ≥ 0, sums to 1.

    Raises:
        UsageError: If a number is out of its range, or the metric is not defined for the task.
        UnknownNameError: If there is no such metric.
        DataError: If the truth is none that the task knows.
        TrainingError: If no candidate is sound.
        ValueError: If predictions and truth do not fit one another.
    """
    if bags < 0 or not 0 < share <= 1:
        raise UsageError(f"Bags are 0 or more of a share above 0 and up to 1, found {bags} of {share:g}.")
    if not bags:
        return selection_path(
            predictions, truth, score, size=size, start=start, patience=patience, levels=levels
        ).weights
    sound = sound_candidates(predictions, truth)
    weights = np.zeros(len(predictions))
    for bag in range(bags):
        random = np.random.default_rng([seed, _BAGS, bag])
        drawn = np.sort(random.choice(sound, size=max(1, round(share * len(sound))), replace=False))
        own = selection_path(predictions[drawn], truth, score, size=size, start=start, patience=patience, levels=levels)
        weights[drawn] += own.weights / bags
    return weights


def selection_path(
    predictions: Floats,
    truth: Array,
    score: Score,
    *,
    size: int = SIZE,
    start: int = 1,
    patience: int = PATIENCE,
    levels: Sequence[float] = (),
) -> Selection:
    """The path that ``select`` takes without bags; arguments and errors are the same.

    Of candidates that are equally good the earlier one is added, of ensembles that are equally good the smaller is
    taken. The loss of what is taken is never above that of the best single candidate, on these rows.
    """
    if size < 1 or start < 1 or patience < 1:
        raise UsageError(f"Size, start and patience are at least 1, found {size}, {start} and {patience}.")
    sound = sound_candidates(predictions, truth)
    given = _three_axes(predictions)
    judge = scorer(score, truth, levels=levels)
    # Looks at the truth, and at whether predictions and metric fit it.
    measure_of(score, truth, given[sound[0]], levels=levels)
    read = judge.read(given if len(sound) == len(given) else given[sound])
    alone = _losses(judge, read, None, 0)
    if not np.isfinite(alone).any():
        raise UsageError("The score is undefined for every candidate on these rows. Select by another metric.")
    begin = np.argsort(alone, kind="stable")[: min(start, size)]
    losses = [float(judge.losses(read[begin[:n]].mean(axis=0, keepdims=True))[0]) for n in range(1, len(begin) + 1)]
    order = begin[: _shortest(losses)].tolist()
    losses = losses[: len(order)]
    total = read[order].sum(axis=0)
    while len(order) < size and len(order) - _shortest(losses) < patience:
        found = _losses(judge, read, total, len(order))
        best = int(np.argmax(found <= _upto(found.min())))
        order.append(best)
        losses.append(float(found[best]))
        total = total + read[best]
    return Selection(tuple(int(sound[place]) for place in order), tuple(losses), _shortest(losses), len(predictions))


def mixed(predictions: Floats, weights: Floats) -> Floats:
    """The weighted mean of candidates' predictions ``[candidates, n, p]``: ``[n, p]``.

    One that counts nothing may be NaN.
    """
    used = np.flatnonzero(weights)
    mean: Floats = np.tensordot(weights[used], _three_axes(predictions)[used], axes=1)
    return mean


def sound_candidates(predictions: Floats, truth: Array) -> RowNumbers:
    """Positions of the candidates with finite predictions for all rows.

    Raises:
        TrainingError: If there is none.
        ValueError: If predictions and truth differ in their rows, or there are none.
    """
    given = _three_axes(predictions)
    if given.shape[1] != len(truth) or not given.size:
        raise ValueError(f"predictions {list(predictions.shape)} were given with {len(truth)} rows of truth")
    sound = np.flatnonzero([bool(np.isfinite(each).all()) for each in given])
    if not len(sound):
        raise TrainingError(
            f"None of {len(given)} candidates has finite predictions for all {len(truth)} rows, so there is nothing to "
            "choose from. Lower the learning rate (--lr), or leave out the rows that no candidate predicts."
        )
    return sound.astype(np.int64)


def _three_axes(predictions: Floats) -> Floats:
    return predictions[:, :, None] if predictions.ndim == 2 else predictions


def _losses(judge: Scorer, read: Floats, total: Floats | None, count: int) -> Floats:
    """Of the ensemble with each candidate added ``[k]``."""
    chunk = max(1, _CHUNK // max(1, read[0].size))
    found = []
    for at in range(0, len(read), chunk):
        own = read[at : at + chunk]
        if total is not None:
            own = total + own
            own /= count + 1
        found.append(judge.losses(own))
    return np.concatenate(found)


def _upto(loss: float) -> float:
    """The largest loss that counts as equal to this one."""
    return loss + _SAME * max(1.0, abs(loss))


def _shortest(losses: Sequence[float]) -> int:
    """The fewest steps that reach the least loss."""
    least = _upto(min(losses))
    return next(step for step, loss in enumerate(losses, start=1) if loss <= least)
