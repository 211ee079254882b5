"""Narrowing: from many variants to a few finalists, by successive halving on the rows that may be learned from.

Rungs are written down one after the other, with all that the next one needs, so that a comparison that is killed goes
on at the last of them.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from pellucid.errors import ModelFileError
from pellucid.experiments.compare.arrays import read_arrays, write_arrays
from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.candidates import Candidates
from pellucid.experiments.compare.rounds import Pace
from pellucid.experiments.halving import Rung, halve, planned_rungs, rank_candidates
from pellucid.records import decode_json, encode_json, write_whole
from pellucid.tables import Fold, cross_validation

__all__ = ["Narrowed", "Narrowing", "finalist_count", "split_count"]

_LEAST, _MOST = 2, 8
# Networks that halving begins with, unless one split makes more: small ones take 15 to 20 s on one core.
_NETWORKS = 4_096
# Splits hold out a fifth of the rows, unless folds hold out more.
_PARTS = 5
# Added to a question's seed, these never meet a seed that a person gave (which are below 2⁵³).
_DRAWING = 1 << 53
# Rungs with fewer networks take longer for each epoch; so much longer is expected of the next one.
_SLOWER = 1.5
# Of the time until training has to end, what the first rung may take.
_FIRST = 0.5


def finalist_count(variants: int) -> int:
    """How many of so many variants are left for all folds of all seeds: √v / 2, at least 2 and at most 8.

    Two, because a single one has nobody to be compared with. Eight, because ensembles choose among as many, and because
    every further one costs all tests: of 8 variants there are 28 pairs, of 16 there are 120. Between them the root: the
    noise of the last rung's ranking grows slowly with the number that are close to the best. More finalists also make
    the first look at all variants longer: of 60 random recipes on titanic.csv and concrete.csv the best one by the last
    rung's own scores was lost in 4 draws of 10 with √v / 4, and in 1 with √v / 2.
    """
    return min(variants, max(_LEAST, min(_MOST, math.ceil(math.sqrt(variants) / 2))))


def split_count(variants: int, parts: int) -> int:
    """Divisions of the rows that each variant is trained on: all of them, or as many as make 4,096 networks.

    A validation error over 142 rows of titanic.csv has a standard error of 3 points, over five times as many of 1.4.
    """
    return max(1, min(parts, _NETWORKS // variants))


class _RungFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    share: float
    trained: tuple[int, ...]
    errors: tuple[float | None, ...]  # JSON has no ∞
    kept: int
    seconds: float


@dataclass(frozen=True)
class Narrowed:
    """What halving has left.

    Attributes:
        rungs: All that are over.
        finalists: Variants that are left, in the order of the question.
        splits: Divisions of the rows that each variant was trained on.
        whole: Whether all rungs are over.
        cut: The first rung as time left it, if there is no other.
    """

    rungs: tuple[Rung, ...]
    finalists: tuple[int, ...]
    splits: int
    whole: bool
    cut: Rung | None = None


class Narrowing:
    """Halving of a comparison's variants.

    Args:
        bench: The question and its rows.
        folder: Where workers read and write; rungs have a folder of their own in it.

    Attributes:
        finalists: How many there will be.
        splits: Divisions of the rows that each variant is trained on.
        work: All rungs, in networks trained to their ends.
        done: Those that are over, likewise.
        seconds: That they took.
    """

    def __init__(self, bench: Workbench, folder: Path) -> None:
        variants = bench.question.variants
        self._bench, self._folder = bench, folder / "halving"
        self.finalists = finalist_count(len(variants))
        self._parts = min(_PARTS, bench.question.folds)
        self.splits = split_count(len(variants), self._parts)
        lengths = np.array([variant.recipe.epochs for variant in variants])
        # Where everybody is a finalist, there is nothing to be found out.
        few = len(variants) <= self.finalists
        self._plan = [] if few else planned_rungs(lengths, len(variants), finalists=self.finalists)
        shares = [0.0, *(share for share, _ in self._plan)]
        self._works = [
            self.splits * count * (share - before)
            for (share, count), before in zip(self._plan, shares[:-1], strict=True)
        ]
        self._files = self._read()
        self._rungs = [_rung(each) for each in self._files]
        self.work, self.done = sum(self._works), sum(self._works[: len(self._rungs)])
        self.seconds = sum(each.seconds for each in self._files)

    def run(
        self,
        pace: Pace,
        *,
        on_networks: Callable[[float], None] = lambda done: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Narrowed:
        """Train rung after rung, from where it was.

        Args:
            pace: What is left of the time; is told what rungs took.
            on_networks: Is told how much is done, in networks trained to their ends.
            stop: True ends it; the rungs that are over stay.
        """
        if len(self._rungs) == len(self._plan):
            return self._narrowed(self._rungs, self.finalists)
        candidates = self.candidates()
        folds = self._bench.question.folds
        first = None if (end := pace.deadline(folds)) is None else time.monotonic() + _FIRST * (end - time.monotonic())
        started = time.monotonic()

        def on_rung(rung: Rung) -> None:
            nonlocal started
            seconds = time.monotonic() - started
            pace.trained += self._works[len(self._rungs)]
            pace.spent += seconds
            self._write(rung, seconds, candidates)
            started = time.monotonic()

        def goes_on(count: int, share: float) -> bool:
            # After the rung there has to be time for the finalists on all folds of a seed.
            after = self.finalists * folds + _SLOWER * self._works[len(self._rungs)]
            return pace.allows(after, pace.deadline(folds))

        def over() -> bool:
            if stop():
                return True
            if first is None:
                return False
            if not pace.trained:
                return time.monotonic() > first
            return not pace.allows(_LEAST * folds, pace.deadline(folds))

        def told(epoch: int, epochs: int) -> None:
            on_networks(self.done + self._works[len(self._rungs)] * epoch / epochs)

        rungs = halve(
            candidates,
            candidates=candidates.own,
            finalists=self.finalists,
            done=tuple(self._rungs),
            on_rung=on_rung,
            on_epoch=told,
            goes_on=goes_on,
            stop=over,
        )
        count = max(_LEAST, int(min(self.finalists, pace.room(folds) / folds)))
        if rungs:
            return self._narrowed(rungs, count)
        every = list(range(len(self._bench.question.variants)))
        order, errors = rank_candidates(candidates, candidates.own, every)
        cut = Rung(self._plan[0][0], tuple(order.tolist()), tuple(errors[order].tolist()), count)
        return replace(self._narrowed([cut], count), rungs=(), cut=cut, whole=False)

    def _narrowed(self, rungs: list[Rung], count: int) -> Narrowed:
        every = range(len(self._bench.question.variants))
        finalists = sorted(rungs[-1].trained[:count]) if rungs else every
        return Narrowed(tuple(rungs), tuple(finalists), self.splits, len(rungs) == len(self._plan))

    def candidates(self) -> Candidates:
        """All variants on splits of their own, where the last rung left them."""
        splits = self._drawn()
        # Seeds beyond those of the folds.
        seeds = [self._bench.question.seed * 1_000_003 + 999_999 - number for number in range(len(splits))]
        found = Candidates(self._bench, splits, seeds)
        if self._rungs:
            path = self._state(len(self._rungs))
            try:
                found.restore(read_arrays(path))
            except (KeyError, ValueError) as error:
                raise ModelFileError(str(path), f"it holds no rung of this comparison ({error}).") from error
        return found

    def _drawn(self) -> list[Fold]:
        """Divisions of their own, so that no network that ranks a finalist is one that judges it.

        By time nothing is drawn, and the latest ones have most to learn from.
        """
        question, rows = self._bench.question, self._bench.rows
        timed = question.scheme == "time"
        drawn = cross_validation(
            rows.values,
            rows.target.task,
            scheme=question.scheme,
            folds=self._parts,
            seed=question.seed + _DRAWING,
            groups=rows.groups,
            order=rows.order if timed else None,
        )
        return list(drawn[-self.splits :] if timed else drawn[: self.splits])

    def _state(self, number: int) -> Path:
        return self._folder / f"state-{number}.npz"

    def _read(self) -> list[_RungFile]:
        found: list[_RungFile] = []
        while (path := self._folder / f"rung-{len(found) + 1}.json").exists():
            try:
                found.append(decode_json(path.read_bytes(), _RungFile))
            except msgspec.DecodeError as error:
                raise ModelFileError(str(path), f"it is damaged ({error}). Choose another --out.") from error
        return found

    def _write(self, rung: Rung, seconds: float, candidates: Candidates) -> None:
        """Put down a rung; what the next one needs comes before it, and what it needed itself goes after it."""
        number = len(self._rungs) + 1
        if number < len(self._plan):
            write_arrays(self._state(number), candidates.state())
        file = _RungFile(
            share=rung.share,
            trained=rung.trained,
            errors=tuple(error if math.isfinite(error) else None for error in rung.errors),
            kept=rung.kept,
            seconds=seconds,
        )
        write_whole(self._folder / f"rung-{number}.json", encode_json(file))
        self._state(number - 1).unlink(missing_ok=True)
        self._rungs.append(rung)
        self.done = sum(self._works[:number])


def _rung(file: _RungFile) -> Rung:
    errors = tuple(math.inf if error is None else error for error in file.errors)
    return Rung(file.share, file.trained, errors, file.kept)
