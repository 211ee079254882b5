"""From the table of scores to who stands where: the standing, records of variants and pairs, and ``scores.csv``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np

from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.ledger import ENDINGS, Scores
from pellucid.experiments.statistics import Importance, Pair, Standing, stand
from pellucid.records import ImportanceRecord, LevelRecord, PairRecord, VariantRecord
from pellucid.records.delimited import encode_csv

__all__ = ["Results"]


@dataclass(frozen=True)
class Results:
    """The part of the table of scores that is judged by.

    Attributes:
        bench: The question and its rows.
        scores: All of the table.
        columns: (repeat, fold) of every replicate that is used.
        variants: Variants that have all of these replicates; where time was short, not all of them have.
        entered: Variants that were to be judged: all, or the finalists of halving.
    """

    bench: Workbench
    scores: Scores
    columns: tuple[tuple[int, int], ...]
    variants: tuple[int, ...]
    entered: tuple[int, ...]

    @classmethod
    def of(
        cls, bench: Workbench, scores: Scores, complete: Sequence[int], entered: Sequence[int] | None = None
    ) -> "Results":
        """Complete repeats; where there is none, whole folds of the first; where there is none either, one fold.

        Args:
            bench: The question and its rows.
            scores: The table.
            complete: Repeats in which all variants have the same replicates.
            entered: Variants that were to be judged; None: all.
        """
        every = tuple(range(len(bench.question.variants)) if entered is None else entered)
        there = scores.there[list(every)]
        folds = range(bench.question.folds)
        if len(complete):
            return cls(bench, scores, tuple((repeat, fold) for repeat in complete for fold in folds), every, every)
        whole = tuple((int(r), int(f)) for r, f in np.argwhere(there.all(axis=0)))
        if whole:
            return cls(bench, scores, whole, every, every)
        started = np.argwhere(there.any(axis=0))
        if not len(started):
            return cls(bench, scores, (), (), every)
        repeat, fold = (int(each) for each in started[0])
        some = tuple(every[place] for place in np.flatnonzero(there[:, repeat, fold]))
        return cls(bench, scores, ((repeat, fold),), some, every)

    @cached_property
    def standing(self) -> Standing:
        """Who stands where.

        Raises:
            TrainingError: If every network failed.
        """
        plans = [self.bench.question.variants[v] for v in self.variants]
        repeats, folds = zip(*self.columns, strict=True)
        own = [self.bench.folds[column] for column in self.columns]
        # Finalists of halving are few and alike: what mattered among them is not what mattered.
        weighed = [] if self.bench.question.halving else plans
        names = dict.fromkeys(name for plan in weighed for name in plan.levels)
        return stand(
            self.scores.score[np.ix_(self.variants)][:, list(repeats), list(folds)],
            variants=[plan.name for plan in plans],
            repeat=repeats,
            fold=folds,
            train_rows=[len(fold.train) for fold in own],
            test_rows=[len(fold.test) for fold in own],
            metric=self.bench.judge.metric,
            greater_is_better=self.bench.judge.greater_is_better,
            factors={name: [plan.numbers.get(name, plan.levels.get(name, "")) for plan in plans] for name in names},
            same_folds=self.bench.question.scheme == "time",
        )

    @property
    def chosen(self) -> int:
        """The variant with the best mean."""
        return self.position(self.standing.chosen)

    def position(self, name: str) -> int:
        """Of a variant in the question."""
        return self._positions[name]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {plan.name: number for number, plan in enumerate(self.bench.question.variants)}

    def variant_records(self) -> tuple[VariantRecord, ...]:
        """The best first; those without a score last."""
        repeats, folds = (list(each) for each in zip(*self.columns, strict=True))
        found = []
        for each in self.standing.variants:
            position = self.position(each.label)
            plan = self.bench.question.variants[position]
            found.append(
                VariantRecord(
                    name=plan.name,
                    levels=plan.levels,
                    recipe=plan.recipe,
                    preparation=msgspec.to_builtins(plan.preparation),
                    mean=each.mean,
                    low=each.low,
                    high=each.high,
                    rank=each.rank,
                    mean_rank=each.mean_rank,
                    replicates=len(self.columns),
                    failed=each.failures,
                    epochs=float(self.scores.epochs[position, repeats, folds].mean()),
                    best_epoch=float(self.scores.best_epoch[position, repeats, folds].mean()),
                    verdict=each.verdict,
                )
            )
        used = {record.name for record in found}
        return (
            *found,
            *(
                VariantRecord(
                    name=plan.name,
                    levels=plan.levels,
                    recipe=plan.recipe,
                    preparation=msgspec.to_builtins(plan.preparation),
                )
                for plan in map(self.bench.question.variants.__getitem__, self.entered)
                if plan.name not in used
            ),
        )

    def pair_records(self) -> tuple[PairRecord, ...]:
        """As the standing has them."""
        return tuple(_pair(each, self.standing.level) for each in self.standing.pairs)

    def importance_records(self) -> tuple[ImportanceRecord, ...]:
        """The weightiest first."""
        importance: Importance | None = self.standing.importance
        return (
            ()
            if importance is None
            else tuple(
                ImportanceRecord(
                    factor=each.name,
                    share=each.share,
                    p=each.p,
                    best=each.best,
                    levels=tuple(
                        LevelRecord(label=level.label, mean=level.mean, variants=level.variants)
                        for level in each.levels
                    ),
                )
                for each in importance.factors
            )
        )

    def file(self) -> bytes:
        """``scores.csv``: one line a network that is judged by; seeds and folds are counted from 1."""
        lines = [
            (self.bench.question.variants[variant].name, repeat, fold, (variant, repeat, fold))
            for variant in self.variants
            for repeat, fold in self.columns
        ]
        scores = self.scores
        return encode_csv(
            {
                "variant": [name for name, _, _, _ in lines],
                "seed": [repeat + 1 for _, repeat, _, _ in lines],
                "fold": [fold + 1 for _, _, fold, _ in lines],
                "score": [float(scores.score[at]) for *_, at in lines],
                "epochs": [int(scores.epochs[at]) for *_, at in lines],
                "best_epoch": [int(scores.best_epoch[at]) for *_, at in lines],
                "ended": [ENDINGS[scores.ended[at]] for *_, at in lines],
            }
        )


def _pair(pair: Pair, level: float) -> PairRecord:
    verdict = "untested" if pair.adjusted is None else "better" if pair.adjusted <= level else "within noise"
    return PairRecord(
        first=pair.first,
        second=pair.second,
        difference=pair.difference,
        low=pair.low,
        high=pair.high,
        p=pair.p,
        adjusted_p=pair.adjusted,
        verdict=verdict,
    )
