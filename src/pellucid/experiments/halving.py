"""Successive halving: many recipes train for a little, the better part of them for longer, and few to the end.

Jamieson & Talwalkar (2016), "Non-stochastic best arm identification and hyperparameter optimization", AISTATS, fig. 2;
the budget of rungs is that of Li et al. (2018), "Hyperband", JMLR 18(185), algorithm 1. Nothing is trained twice: those
who are kept go on where they paused, and those who are not give up their places.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.errors import UsageError
from pellucid.shapes import Codes, Floats
from pellucid.training import Trainer

__all__ = ["Rung", "halve", "rung_shares"]


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
        epochs: Of the shortest recipe; the first rung is one epoch long at least.

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


def halve(
    trainer: Trainer,
    *,
    candidates: Codes | None = None,
    eta: int = 3,
    finalists: int = 1,
    done: Sequence[Rung] = (),
    on_rung: Callable[[Rung], None] = lambda rung: None,
    on_epoch: Callable[[int, int], None] | None = None,
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
        stop: Asked before each step, or ten times a second; True ends it there, without the unfinished rung.

    Returns:
        All rungs, those of ``done`` included.
    """
    lengths = np.array([recipe.epochs for recipe in trainer.recipes])
    own = np.arange(len(lengths)) if candidates is None else np.asarray(candidates)
    shares = rung_shares(int(own.max()) + 1, eta=eta, finalists=finalists, epochs=int(lengths.min()))
    rungs = list(done)
    alive = list(rungs[-1].trained[: rungs[-1].kept]) if rungs else list(range(int(own.max()) + 1))
    for number, share in enumerate(shares):
        if number < len(rungs):
            continue
        if stop():
            # Before it trains: who is interrupted within an epoch cannot go on.
            break
        until = np.maximum(1, np.ceil(share * lengths - 1e-9)).astype(np.int64)
        members = np.flatnonzero(np.isin(own, alive))
        trainer.run(members=members.tolist(), until=until.tolist(), on_epoch=on_epoch, stop=stop)
        if stop():
            break
        errors = _errors(trainer, own, alive)
        # Ties go to the candidate that was named first: the order does not depend on who was done when.
        order = np.lexsort((np.array(alive), errors))
        ranked = [alive[place] for place in order]
        last = number == len(shares) - 1
        kept = len(ranked) if last else max(finalists, math.ceil(len(ranked) / eta))
        rungs.append(Rung(share, tuple(ranked), tuple(errors[order].tolist()), kept))
        on_rung(rungs[-1])
        alive = ranked[:kept]
    return rungs


def _errors(trainer: Trainer, own: Codes, alive: Sequence[int]) -> Floats:
    """Mean validation error of every candidate's networks; a network without a sound epoch counts as the worst."""
    each = trainer.per_member("best_error")
    sound = trainer.per_member("best_epoch") > 0
    worst = each[sound & np.isfinite(each)].max(initial=0.0)
    each = np.where(sound & np.isfinite(each), each, worst)
    found = np.array([each[own == candidate].mean() for candidate in alive])
    none = np.array([not sound[own == candidate].any() for candidate in alive])
    return np.where(none, np.inf, found)
