"""Ranking: a score for each row, whose order within a group is learned from pairs and judged on whole groups."""

import numpy as np

from pellucid.errors import DataError
from pellucid.evaluation import find_mistakes
from pellucid.evaluation.baselines.ranking import fit_rankers
from pellucid.evaluation.metrics import judged_places
from pellucid.experiments.judging import Verdict, verdict_of
from pellucid.experiments.lesson import Lesson, folds
from pellucid.experiments.preparing import Decided, Prepared
from pellucid.experiments.unit_recipes import ranking_units
from pellucid.models import Model
from pellucid.records import Recipe
from pellucid.records.delimited import encode_csv
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.tables import how_drawn
from pellucid.training import StackRows, TrainingData
from pellucid.training.drawing import draw_ranked_pairs

__all__ = ["judge_ranking", "ranking_lesson"]


def ranking_lesson(prepared: Prepared, recipe: Recipe, members: int, seed: int) -> Lesson:
    """Pairs of rows of one group; each member learns from all folds but one, and pairs of that one pick its epoch.

    Raises:
        DataError: If no two training rows of a group differ in relevance.
    """
    decided = prepared.decided
    per_row = ranking_units(len(decided.train))
    groups = _groups(decided)
    rows = list(folds(prepared, members, seed))
    units: list[RowNumbers] = []
    signs: list[Floats] = []
    learns: list[RowNumbers] = []
    checks: list[RowNumbers] = []
    start = 0
    for member, (own, held) in enumerate(rows):
        for part, places in ((own, learns), (held, checks)):
            try:
                pairs, above = draw_ranked_pairs(decided.values[part], groups[part], per_row, seed + member)
            except DataError:
                if part is own:
                    raise
                # A fold of rows that are equally relevant picks no epoch; the last one is kept.
                pairs, above = np.empty((0, 2), dtype=np.int64), np.empty(0)
            units.append(part[pairs])
            signs.append(above)
            places.append(np.arange(start, start + len(pairs)))
            start += len(pairs)
    data = TrainingData.of(
        prepared.encoded.numbers,
        np.concatenate(signs),
        codes=prepared.encoded.codes,
        numeric=prepared.encoding.numeric,
        categories=prepared.encoding.categories,
        units=np.concatenate(units),
    )
    return Lesson(
        data,
        StackRows(tuple(learns), tuple(checks)),
        StackRows(tuple(own for own, _ in rows), tuple(held for _, held in rows)),
        prepared.spec,
    )


def judge_ranking(prepared: Prepared, model: Model, seed: int) -> Verdict:
    """Share of the test pairs of a group in the right order, and NDCG, beside regressions of relevance and a coin."""
    decided = prepared.decided
    groups = _groups(decided)
    test = decided.test[judged_places(groups[decided.test])]
    truth = np.stack([decided.values[test], groups[test].astype(np.float64)], axis=1)
    table = decided.table.take(test)
    scores = model.predict_table(table).values
    baselines = fit_rankers(decided.table, decided.columns, decided.values, decided.train, test, truth=truth, seed=seed)
    told = {"row": (decided.origin[test] + 1).tolist()}
    if decided.target.group:
        told["group"] = table.column(decided.target.group).as_text().tolist()
    counted = {"test_groups": len(np.unique(groups[test]))} if decided.target.group else {}
    if len(test) < len(decided.test):
        counted |= {"test_rows": len(test), "kept_rows": len(decided.test)}
    return verdict_of(
        "ranking",
        truth,
        (scores, None),
        baselines,
        detail=find_mistakes("ranking", truth, scores),
        predictions=encode_csv({**told, "truth": decided.values[test].tolist(), "score": scores.tolist()}),
        drawn=how_drawn("ranking", grouped=bool(decided.target.group)),
        counted=counted,
        seed=seed,
    )


def _groups(decided: Decided) -> Array:
    """Rows with equal numbers are compared; without a group all are."""
    return decided.groups if decided.target.group else np.zeros(decided.table.rows, dtype=np.int64)
