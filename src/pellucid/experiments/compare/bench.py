"""The workbench: a question with its rows, its folds, and the rows encoded as one fold's training rows say."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pellucid.encoding import (
    Encoded,
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
from pellucid.optimizers import SCHEDULES
from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import Array, RowNumbers
from pellucid.tables import Fold, cross_validation, hold_out

__all__ = ["PICKING_SHARE", "FoldTable", "Workbench", "picks_epochs"]

PICKING_SHARE = 1 / 8
"""Of a fold's training rows, for picking the epoch; as much as the members of a fit have."""


def picks_epochs(recipe: Recipe) -> bool:
    """Whether a recipe needs rows that its networks do not learn from."""
    return recipe.restore_best or recipe.patience is not None or SCHEDULES(recipe.schedule).entry.watches


@dataclass(frozen=True)
class FoldTable:
    """The training rows, encoded as one fold's training rows say.

    Attributes:
        encoding: Fitted on the fold's training rows.
        encoded: All rows.
        target_encoding: Fitted likewise.
        targets: All rows.
    """

    encoding: TableEncoding
    encoded: Encoded
    target_encoding: TargetEncoding
    targets: Array

    @property
    def layout(self) -> Hashable:
        """What tables must agree in to lie behind one another."""
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

    @cached_property
    def spec(self) -> TargetSpec:
        """The target for losses and heads; ends of its range are those of all rows, for the contract alone."""
        every = np.arange(self.rows.count)
        return target_spec(self.fit_target(every, None), self.rows.target.task)

    def fit_target(self, rows: RowNumbers, expression: str | None) -> TargetEncoding:
        """The target's encoding from training rows."""
        return fit_target(self.rows.values, self.rows.target, rows, expression=expression or "standard")

    def spec_of(self, variant: VariantPlan) -> TargetSpec:
        """The target as a variant sees it."""
        if variant.target_expression is None:
            return self.spec
        every = np.arange(self.rows.count)
        return target_spec(self.fit_target(every, variant.target_expression), self.rows.target.task)

    def table(self, rows: RowNumbers, variant: VariantPlan) -> FoldTable:
        """All rows, encoded as these training rows say; no other row is learned from."""
        encoding = fit_encoding(self.rows.table, self.rows.columns, variant.preparation, rows)
        goal = self.fit_target(rows, variant.target_expression)
        return FoldTable(encoding, encode(encoding, self.rows.table), goal, encode_target(goal, self.rows.values))

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
