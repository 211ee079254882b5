"""The honest choice between the best candidate, a plain average and a greedy ensemble."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from pellucid.errors import UsageError
from pellucid.evaluation import METRICS
from pellucid.evaluation.intervals import resampled
from pellucid.experiments.selection.greedy import SIZE, mixed, select, sound_candidates
from pellucid.experiments.selection.scoring import Score, measure_of, scorer
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["KINDS", "Contender", "EnsembleChoice", "choose_ensemble"]

KINDS = ("winner", "average", "greedy")
"""Ways to predict with candidates, the simplest first."""
_PARTS = 6_121
"""Stream of the draw of the parts."""
_RESAMPLES, _RESAMPLES_BY_HAND = 1000, 200


@dataclass(frozen=True)
class Contender:
    """One way to predict with the candidates.

    Attributes:
        kind: One of ``KINDS``.
        weights: How much each candidate counts ``[candidates]``, chosen on all rows; sums to 1.
        score: Cross-fitted, in the metric's own direction: every row is scored under weights chosen without it.
        behind: How much worse than the best contender it is, cross-fitted; ≥ 0.
        error: Standard error of that difference, from a paired bootstrap over rows; 0 for the best one.
    """

    kind: str
    weights: Floats
    score: float
    behind: float
    error: float


@dataclass(frozen=True)
class EnsembleChoice:
    """What was chosen, and how the rest did.

    Attributes:
        chosen: The contender that is taken.
        contenders: All that there are, in the order of ``KINDS``.
    """

    chosen: Contender
    contenders: tuple[Contender, ...]


def choose_ensemble(
    predictions: Floats,
    truth: Array,
    score: Score,
    *,
    families: Sequence[int] | None = None,
    averaged: Sequence[bool] | None = None,
    parts: int = 5,
    groups: Array | None = None,
    tolerance: float = 1.0,
    size: int = SIZE,
    start: int = 1,
    bags: int = 0,
    seed: int = 0,
    levels: Sequence[float] = (),
) -> EnsembleChoice:
    """Choose how to predict with candidates, without counting the optimism of the choosing.

    On the rows that choose weights, a greedy ensemble is never worse than the best candidate, and that one better than
    it is elsewhere: both are what suited these rows. So the three ways are judged by cross-fitting: rows are dealt into
    parts, weights are chosen on all parts but one and scored on that one, in turn. The simplest way is taken that is no
    more than ``tolerance`` standard errors behind the best (the one-standard-error rule of Breiman, Friedman, Olshen &
    Stone 1984, Classification and regression trees, section 3.4.3, here on paired differences).

    The scores compare the three ways; how good the chosen one is must be judged on rows that took no part in this.

    Args:
        predictions: As in ``select``, as are ``truth``, ``score``, ``size``, ``start``, ``bags``, ``seed``, ``levels``.
        truth: Of the rows.
        score: What to judge by.
        families: Number of each candidate's family ``[candidates]``, such as the recipe that it shares with others: the
            average is then that of the best family, chosen like the rest. None: the average of all sound candidates.
        averaged: Candidates that the average may hold ``[candidates]``; None: all. Fewer than two make none, and leave
            two ways to predict.
        parts: How many; ≥ 2.
        groups: Rows with equal numbers go into one part ``[n]``.
        tolerance: Standard errors; ≥ 0. 0 takes the best contender.
        size: Of the greedy ensemble.
        start: Of the greedy ensemble.
        bags: Of the greedy ensemble.
        seed: Of all draws.
        levels: Those of quantiles.

    Raises:
        UsageError: As in ``select``, or if there are fewer than two parts, or fewer rows or groups than parts.
        UnknownNameError: As in ``select``, as is TrainingError.
        DataError: If the truth is none that the task knows.
        ValueError: If predictions, families, groups and truth differ in their lengths.
    """
    if parts < 2 or tolerance < 0:
        raise UsageError(f"Parts are at least 2 and the tolerance at least 0, found {parts} and {tolerance:g}.")
    sound = sound_candidates(predictions, truth)
    given = predictions[:, :, None] if predictions.ndim == 2 else predictions
    whole = len(given)
    given = given if len(sound) == whole else given[sound]
    family = np.zeros(len(sound), dtype=np.int64) if families is None else np.asarray(families)[sound]
    alike = np.ones(len(sound), dtype=bool) if averaged is None else np.asarray(averaged)[sound]
    ways: dict[str, Callable[[Floats, Array], Floats]] = {
        "winner": partial(_winner, score=score, levels=levels),
        "average": partial(_average, score=score, levels=levels, family=family, alike=alike),
        "greedy": partial(select, score=score, size=size, start=start, bags=bags, seed=seed, levels=levels),
    }
    if averaged is not None and alike.sum() < 2:
        del ways["average"]
    dealt = _dealt(len(truth) if groups is None else groups, parts, seed)
    said = {kind: _cross_fitted(way, given, truth, dealt) for kind, way in ways.items()}
    contenders = _compared(said, truth, score, levels, seed)
    chosen = next(each for each in contenders if each.behind <= tolerance * each.error)
    full = []
    for each in contenders:
        weights = np.zeros(whole)
        weights[sound] = ways[each.kind](given, truth)
        full.append(Contender(each.kind, weights, each.score, each.behind, each.error))
    return EnsembleChoice(full[contenders.index(chosen)], tuple(full))


def _winner(predictions: Floats, truth: Array, *, score: Score, levels: Sequence[float]) -> Floats:
    """All weight on the best candidate, the first of equals."""
    return select(predictions, truth, score, size=1, levels=levels)


def _average(
    predictions: Floats, truth: Array, *, score: Score, levels: Sequence[float], family: Array, alike: Array
) -> Floats:
    """Equal weights on the best family, the first of equals, as far as it may be averaged."""
    names = np.unique(family[alike])
    best = names[0]
    if len(names) > 1:
        judge = scorer(score, truth, levels=levels)
        means = np.stack([predictions[alike & (family == name)].mean(axis=0) for name in names])
        best = names[int(np.argmin(judge.losses(judge.read(means))))]
    weights: Floats = (alike & (family == best)).astype(np.float64)
    weights /= weights.sum()
    return weights


def _dealt(groups: Array | int, parts: int, seed: int) -> RowNumbers:
    """The part of every row, parts of nearly equal numbers of groups."""
    numbers = np.arange(groups) if isinstance(groups, int) else np.unique(groups, return_inverse=True)[1]
    count = int(numbers.max(initial=-1)) + 1
    if count < parts:
        raise UsageError(
            f"{count} rows, or groups of rows, cannot be dealt into {parts} parts. Give more, or ask for 2."
        )
    shuffled = np.random.default_rng([seed, _PARTS]).permutation(count)
    part: RowNumbers = (shuffled % parts)[numbers]
    return part


def _cross_fitted(
    way: Callable[[Floats, Array], Floats], predictions: Floats, truth: Array, dealt: RowNumbers
) -> Floats:
    """What a way says of every row under weights that were chosen without it ``[n, p]``."""
    said = np.empty(predictions.shape[1:])
    for part in range(int(dealt.max()) + 1):
        chosen_on, scored = dealt != part, dealt == part
        said[scored] = mixed(predictions[:, scored], way(predictions[:, chosen_on], truth[chosen_on]))
    return said


def _compared(
    said: dict[str, Floats], truth: Array, score: Score, levels: Sequence[float], seed: int
) -> list[Contender]:
    """Contenders without weights yet."""
    measures = {kind: measure_of(score, truth, own, levels=levels) for kind, own in said.items()}
    ones = np.ones(len(truth))
    losses = {
        kind: np.inf if measure is None else float(np.squeeze(measure(ones))) for kind, measure in measures.items()
    }
    best = min(said, key=lambda kind: (losses[kind], KINDS.index(kind)))
    winner = measures[best]
    assert winner is not None
    resamples = _RESAMPLES_BY_HAND if callable(score) else _RESAMPLES
    up = callable(score) or METRICS[score[1]].greater_is_better
    found = []
    for kind, measure in measures.items():
        error = 0.0
        if measure is not None and not np.array_equal(said[kind], said[best]):
            paired = partial(_difference, measure, winner)
            error = float(np.nanstd(resampled(paired, len(truth), resamples=resamples, seed=seed)))
        loss = losses[kind]
        found.append(Contender(kind, ones[:0], -loss if up else loss, max(0.0, loss - losses[best]), error))
    return found


def _difference(ours: Callable[[Floats], Floats], theirs: Callable[[Floats], Floats], counts: Floats) -> Floats:
    difference: Floats = ours(counts) - theirs(counts)
    return difference
