"""Class weights as row weights: a batch's mean is divided by the sum of its weights, as in torch's cross-entropy."""

from collections.abc import Sequence

import numpy as np

from pellucid.errors import UsageError
from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import Array, Floats
from pellucid.training.data import StackRows, TrainingData

__all__ = ["row_weights"]

_CLASS_TASKS = ("binary", "multiclass", "ordinal")


def row_weights(recipes: Sequence[Recipe], data: TrainingData, rows: StackRows, target: TargetSpec) -> StackRows:
    """The same rows with every member's class weights in its row weights.

    ``balanced`` gives class c the weight n / (C · n_c), counted over the member's own training rows (scikit-learn's
    meaning of the word).

    Raises:
        UsageError: If the target has no classes.
    """
    if all(recipe.class_weight == "none" for recipe in recipes):
        return rows
    if target.task not in _CLASS_TASKS:
        raise UsageError(
            f"class_weight weighs classes, but the target is a {target.task} target. Use class_weight='none', or "
            "sample_weight to weigh rows."
        )
    given = rows.weights or (None,) * len(recipes)
    codes = data.targets.cpu().numpy()
    made = [
        own if recipe.class_weight == "none" else _weighted(recipe, codes, codes[learns], target.classes, own)
        for recipe, learns, own in zip(recipes, rows.train, given, strict=True)
    ]
    return StackRows(rows.train, rows.validation, tuple(made))


def _weighted(recipe: Recipe, codes: Array, learned: Array, classes: int, own: Floats | None) -> Floats:
    if recipe.class_weight == "balanced":
        counts = np.bincount(learned, minlength=classes)
        weights = np.divide(len(learned), classes * counts, out=np.ones(classes), where=counts > 0)
    else:
        weights = np.asarray(recipe.class_weight, dtype=np.float64)
    found: Floats = weights[codes] if own is None else weights[codes] * own
    return found
