"""Embedding: vectors that lie near each other where labels agree, judged by each test row's nearest training rows."""

import numpy as np

from pellucid.evaluation import find_mistakes
from pellucid.evaluation.baselines.nearest import fit_nearest, nearest_classes
from pellucid.experiments.judging import Verdict, verdict_of
from pellucid.experiments.lesson import Lesson
from pellucid.experiments.preparing import Prepared
from pellucid.experiments.unit_recipes import embedding_units
from pellucid.models import Model
from pellucid.objectives import LOSSES
from pellucid.records import Recipe, TargetSpec
from pellucid.records.delimited import encode_csv
from pellucid.tables import how_drawn
from pellucid.training import StackRows, TrainingData
from pellucid.training.drawing import draw_pairs, draw_triplets

__all__ = ["embedding_lesson", "judge_embedding"]


def embedding_lesson(prepared: Prepared, recipe: Recipe, members: int, seed: int) -> Lesson:
    """Triplets of training rows, or pairs where the loss takes those.

    Raises:
        DataError: If no two training rows are alike, or all are.
    """
    decided = prepared.decided
    own = decided.train
    codes = decided.values[own]
    per_row = embedding_units(len(own))
    accepts = ("triplets",) if recipe.loss == "auto" else LOSSES(recipe.loss).entry.targets
    columns = recipe.outputs or 1
    if "similarity" in accepts:
        units, targets = draw_pairs(codes, per_row, seed)
        target = TargetSpec(task="similarity", rows=2, columns=columns)
    else:
        # A loss that takes neither pairs nor triplets is refused with its reason before the first step.
        units = draw_triplets(codes, per_row, seed)
        targets = np.ones(len(units))
        target = TargetSpec(task="triplets", rows=3, columns=columns)
    data = TrainingData.of(
        prepared.encoded.numbers,
        targets,
        codes=prepared.encoded.codes,
        numeric=prepared.encoding.numeric,
        categories=prepared.encoding.categories,
        units=own[units],
    )
    nothing = (np.arange(0),) * members
    everything = StackRows((np.arange(len(units)),) * members, nothing)
    return Lesson(data, everything, StackRows((own,) * members, nothing), target)


def judge_embedding(prepared: Prepared, model: Model, seed: int) -> Verdict:
    """Test rows among the training rows, by the saved network's vectors, by the columns and by principal components."""
    decided = prepared.decided
    train, test = decided.train, decided.test
    learned, truth = decided.values[train], decided.values[test]
    reference = model.predict_table(decided.table.take(train)).values
    vectors = model.predict_table(decided.table.take(test)).values
    found = nearest_classes(reference, learned, vectors)
    classes = np.asarray(decided.target.classes)
    baselines = fit_nearest(
        decided.table,
        decided.columns,
        decided.values,
        train,
        test,
        components=vectors.shape[1],
        classes=decided.target.classes,
        seed=seed,
    )
    told = {f"vector{place}": vectors[:, place].tolist() for place in range(vectors.shape[1])}
    return verdict_of(
        "embedding",
        truth,
        (found, None),
        baselines,
        detail=find_mistakes("embedding", truth, found, classes=decided.target.classes),
        predictions=encode_csv(
            {
                "row": (decided.origin[test] + 1).tolist(),
                "truth": classes[truth].tolist(),
                "nearest": classes[found[:, 0]].tolist(),
                **told,
            }
        ),
        drawn=how_drawn("embedding"),
        seed=seed,
    )
