"""The workbench: a question with its rows, its folds, and the rows encoded as one fold's training rows say."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from pellucid.encoding import (
    TableEncoding,
    TargetEncoding,
    encode,
    encode_target,
    fit_encoding,
    fit_target,
    target_spec,
)
from pellucid.experiments.compare.question import Question, VariantPlan
from pellucid.experiments.compare.rows import LearningRows
from pellucid.experiments.compare.scoring import Judge, judge_of
from pellucid.experiments.compare.units import Cell
from pellucid.networks import padded
from pellucid.optimizers import SCHEDULES
from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import RowNumbers
from pellucid.tables import Fold, cross_validation, hold_out
from pellucid.training import TrainingData

__all__ = ["PICKING_SHARE", "FoldEncoding", "Workbench", "picks_epochs"]

PICKING_SHARE = 1 / 8
"""Of a fold's training rows, for picking the epoch; as much as the members of a fit have."""


def picks_epochs(recipe: Recipe) -> bool:
    """Whether a recipe needs rows that its networks do not learn from."""
    return recipe.restore_best or recipe.patience is not None or SCHEDULES(recipe.schedule).entry.watches


@dataclass(frozen=True)
class FoldEncoding:
    """How one fold's training rows say that rows are encoded.

    Attributes:
        encoding: Fitted on the fold's training rows.
        target_encoding: Fitted likewise.
    """

    encoding: TableEncoding
    target_encoding: TargetEncoding

    @property
    def layout(self) -> Hashable:
        """What encoded rows must agree in to lie in one table."""
        return (self.encoding.numeric, self.encoding.passed, self.encoding.categories)


class Workbench:
    """Everything that units of one question share.

    Attributes:
        question: What is asked.
        rows: What may be learned from.
        judge: How variants are judged.
    """

    def __init__(self, question: Question, rows: LearningRows) -> None:
        self.question, self.rows = question, rows
        self.judge: Judge = judge_of(rows.target)
        self._specs: dict[str | None, TargetSpec] = {}

    @cached_property
    def folds(self) -> dict[tuple[int, int], Fold]:
        """(repeat, fold) → its rows. By time nothing is drawn: repeats differ in their networks' seeds alone."""
        question, rows = self.question, self.rows
        timed = question.scheme == "time"
        drawn = cross_validation(
            rows.values,
            rows.target.task,
            scheme=question.scheme,
            folds=question.folds,
            repeats=1 if timed else question.seeds,
            seed=question.seed,
            groups=rows.groups,
            order=rows.order if timed else None,
        )
        if timed:
            return {(repeat, fold.number): fold for repeat in range(question.seeds) for fold in drawn}
        return {(fold.repeat, fold.number): fold for fold in drawn}

    def fit_target(self, rows: RowNumbers, expression: str | None) -> TargetEncoding:
        """The target's encoding from training rows."""
        return fit_target(self.rows.values, self.rows.target, rows, expression=expression or "standard")

    def spec_of(self, variant: VariantPlan) -> TargetSpec:
        """The target as a variant's losses see it; ends of its range are those of all rows, for the contract alone."""
        expression = variant.target_expression
        if expression not in self._specs:
            every = np.arange(self.rows.count)
            self._specs[expression] = target_spec(self.fit_target(every, expression), self.rows.target.task)
        return self._specs[expression]

    def fitted(self, rows: RowNumbers, variant: VariantPlan) -> FoldEncoding:
        """The encoding that these training rows say; no other row is learned from."""
        encoding = fit_encoding(self.rows.table, self.rows.columns, variant.preparation, rows)
        return FoldEncoding(encoding, self.fit_target(rows, variant.target_expression))

    def laid(self, encodings: Sequence[FoldEncoding]) -> TrainingData:
        """All rows under each of these encodings, which agree in layout, behind one another in one table."""
        n, first = self.rows.count, encodings[0].encoding
        width = first.numeric + first.passed
        # Filled place by place: copies of all of them would be the most that a comparison holds in memory.
        inputs = torch.zeros(len(encodings) * n, padded(max(width, 1)))
        codes = torch.empty(len(inputs), len(first.categories), dtype=torch.int64) if first.categories else None
        targets = []
        for place, each in enumerate(encodings):
            own = slice(place * n, (place + 1) * n)
            encoded = encode(each.encoding, self.rows.table)
            inputs[own, :width] = torch.from_numpy(encoded.numbers)
            if codes is not None:
                codes[own] = torch.from_numpy(encoded.codes)
            target = encode_target(each.target_encoding, self.rows.values)
            targets.append(target if np.issubdtype(target.dtype, np.integer) else target.astype(np.float32))
        whole = torch.from_numpy(np.concatenate(targets).astype(targets[0].dtype, copy=False))
        return TrainingData(inputs, whole, codes, first.numeric, first.passed, tuple(first.categories))

    def picked(self, fold: Fold, cell: Cell) -> tuple[RowNumbers, RowNumbers]:
        """A fold's training rows as those that learn and those that pick the epoch."""
        return hold_out(
            fold.train,
            self.rows.values,
            self.rows.target.task,
            share=PICKING_SHARE,
            seed=self.question.member_seed(cell.repeat, cell.fold),
            groups=self.rows.groups if self.question.scheme != "time" else None,
            order=self.rows.order if self.question.scheme == "time" else None,
        )
