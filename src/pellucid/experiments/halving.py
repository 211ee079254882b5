"""Successive halving: many recipes train for a little, the better part of them for longer, and few to the end.

Jamieson & Talwalkar (2016), "Non-stochastic best arm identification and hyperparameter optimization", AISTATS, fig. 2;
the budget of rungs is that of Li et al. (2018), "Hyperband", JMLR 18(185), algorithm 1. Nothing is trained twice: those
who are kept go on where they paused, and those who are not give up their places.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pellucid.errors import UsageError
from pellucid.records import Recipe
from pellucid.shapes import Array, Codes, Floats

__all__ = [
    "InTraining",
    "Rung",
    "candidate_errors",
    "halve",
    "planned_rungs",
    "rank_candidates",
    "rung_epochs",
    "rung_shares",
]


class InTraining(Protocol):
    """Networks that can pause and go on: a ``training.Trainer``, or several that stand as one."""

    @property
    def recipes(self) -> Sequence[Recipe]:
        """Of every network ``[m]``."""

    def run(
        self,
        *,
        members: Sequence[int],
        until: Sequence[int],
        on_epoch: Callable[[int, int], None] | None,
        stop: Callable[[], bool],
    ) -> None:
        """Train these until so many epochs each ``[m]``."""

    def per_member(self, field: str) -> Array:
        """What has become of each ``[m]``."""

    def let_go(self, members: Sequence[int]) -> None:
        """Forget what only those need that go on."""


@dataclass(frozen=True)
class Rung:
    """One round.

    Attributes:
        share: Of a recipe's epochs that were over at its end.
        trained: Candidates that took part, the best one first.
        errors: Their validation errors so far, in the same order; ∞ where all networks of a candidate diverged.
        kept: How many of them go on; the first ones.
    """

    share: float
    trained: tuple[int, ...]
    errors: tuple[float, ...]
    kept: int


def rung_shares(candidates: int, *, eta: int = 3, finalists: int = 1, epochs: int) -> list[float]:
    """Shares of a recipe's epochs at which candidates are compared, rising to 1.

    Each rung costs about as much as any other: a share of 1/η of the candidates trains η times as long.

    Args:
        candidates: How many begin.
        eta: One of so many is kept; ≥ 2.
        finalists: How many are to be left, at least.
        epochs: Of a recipe; the first rung is one of them long at least.

    Raises:
        UsageError: If eta is below 2 or finalists below 1.
    """
    if eta < 2:
        raise UsageError(f"Halving keeps one of eta recipes, and eta must be 2 or more, found {eta}.")
    if finalists < 1:
        raise UsageError(f"Halving must leave at least one recipe, found finalists={finalists}.")
    rounds = 0
    while finalists * eta ** (rounds + 1) <= candidates and epochs >= eta ** (rounds + 1):
        rounds += 1
    return [float(eta) ** -power for power in range(rounds, -1, -1)]


def planned_rungs(lengths: Codes, candidates: int, *, eta: int = 3, finalists: int = 1) -> list[tuple[float, int]]:
    """Share of its epochs at which each rung ends, and how many candidates train in it.

    Args:
        lengths: Epochs of all recipes ``[m]``. The one in the middle decides how short the first rung can be; of those
            that are shorter it takes an epoch and so a larger share, or one recipe of a single epoch would leave the
            others to be trained to their ends.
        candidates: How many begin.
        eta: One of so many is kept.
        finalists: How many are left for the last rung, at least.
    """
    found, alive = [], candidates
    for share in rung_shares(candidates, eta=eta, finalists=finalists, epochs=int(np.median(lengths))):
        found.append((share, alive))
        alive = max(finalists, math.ceil(alive / eta))
    return found


def rung_epochs(share: float, lengths: Codes) -> Codes:
    """Epochs of recipes that long after which a rung is over; the first is one epoch at least."""
    until: Codes = np.maximum(1, np.ceil(share * lengths - 1e-9)).astype(np.int64)
    return until


def halve(
    trainer: InTraining,
    *,
    candidates: Codes | None = None,
    eta: int = 3,
    finalists: int = 1,
    done: Sequence[Rung] = (),
    on_rung: Callable[[Rung], None] = lambda rung: None,
    on_epoch: Callable[[int, int], None] | None = None,
    goes_on: Callable[[int, float], bool] = lambda candidates, share: True,
    stop: Callable[[], bool] = lambda: False,
) -> list[Rung]:
    """Train candidates rung by rung; the last rung's order is the outcome.

    Args:
        trainer: All networks, with validation rows; those of one candidate may be several (folds, seeds).
        candidates: Which candidate each network belongs to, numbers from 0 ``[m]``; None: each is one by itself.
        eta: One of so many is kept.
        finalists: How many are left for the last rung, at least.
        done: Rungs that are over, where the trainer was restored.
        on_rung: Is told each rung when it is over; the trainer then stands still and may be saved.
        on_epoch: As for ``Trainer.run``, rung by rung.
        goes_on: Asked before each rung but the first, with how many candidates would train until which share of their
            epochs; False ends halving there.
        stop: Asked before each step, or ten times a second; True ends it there, without the unfinished rung.

    Returns:
        All rungs, those of ``done`` included.
    """
    lengths = np.array([recipe.epochs for recipe in trainer.recipes])
    own = np.arange(len(lengths)) if candidates is None else np.asarray(candidates)
    plan = planned_rungs(lengths, int(own.max()) + 1, eta=eta, finalists=finalists)
    rungs = list(done)
    alive = list(rungs[-1].trained[: rungs[-1].kept]) if rungs else list(range(int(own.max()) + 1))
    for number, (share, _) in enumerate(plan):
        if number < len(rungs):
            continue
        if stop() or (rungs and not goes_on(len(alive), share)):
            # Before it trains: who is interrupted within an epoch cannot go on.
            break
        members = np.flatnonzero(np.isin(own, alive))
        until = rung_epochs(share, lengths)
        trainer.run(members=members.tolist(), until=until.tolist(), on_epoch=on_epoch, stop=stop)
        if stop():
            break
        order, errors = rank_candidates(trainer, own, alive)
        ranked = [alive[place] for place in order]
        kept = len(ranked) if number == len(plan) - 1 else plan[number + 1][1]
        rungs.append(Rung(share, tuple(ranked), tuple(errors[order].tolist()), kept))
        alive = ranked[:kept]
        trainer.let_go(np.flatnonzero(~np.isin(own, alive)).tolist())
        on_rung(rungs[-1])
    return rungs


def candidate_errors(trainer: InTraining, own: Codes, alive: Sequence[int]) -> Floats:
    """Mean validation error of every candidate's networks; a network without a sound epoch counts as the worst.

    Args:
        trainer: All networks.
        own: Which candidate each belongs to ``[m]``.
        alive: Which candidates.

    Returns:
        In the order of ``alive``; ∞ where no network has a sound epoch.
    """
    return _means(trainer, "best_error", own, alive)


def rank_candidates(trainer: InTraining, own: Codes, alive: Sequence[int]) -> tuple[Codes, Floats]:
    """Who stands where by what has been seen so far.

    A share of wrong rows takes few values, and a good third of all may share one. Ties go to the smaller validation
    loss where all look at the same one, then to the candidate that stood higher one rung before, and in the first to
    the one that was named first: the order does not depend on who was done when.

    Args:
        trainer: All networks.
        own: Which candidate each belongs to ``[m]``.
        alive: Which candidates, as they stood one rung before.

    Returns:
        Positions in ``alive``, the best first, and ``candidate_errors``.
    """
    errors = candidate_errors(trainer, own, alive)
    looks_at = {(recipe.loss, recipe.monitor) for recipe in trainer.recipes}
    alike = len(looks_at) == 1 and all(monitor == "loss" for _, monitor in looks_at)
    losses = _means(trainer, "best", own, alive) if alike else np.zeros(len(alive))
    return np.lexsort((losses, errors)), errors


def _means(trainer: InTraining, field: str, own: Codes, alive: Sequence[int]) -> Floats:
    """Every candidate's mean of a validation value; a network without a sound one counts as the worst."""
    each = trainer.per_member(field)
    sound = (trainer.per_member("best_epoch") > 0) & np.isfinite(each)
    each = np.where(sound, each, each[sound].max(initial=0.0))
    found = np.array([each[own == candidate].mean() for candidate in alive])
    none = np.array([not sound[own == candidate].any() for candidate in alive])
    return np.where(none, np.inf, found)
