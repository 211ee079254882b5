"""Named recipes: ``tabular``, what fit uses by default, and ``plain``, what a textbook would use."""

from collections.abc import Callable

from pellucid.encoding import Preparation
from pellucid.experiments.unit_recipes import unit_recipe
from pellucid.records import Recipe
from pellucid.tables import UNIT_TASKS

__all__ = ["RECIPES", "NamedRecipe"]

NamedRecipe = Callable[[str, int], tuple[Recipe, Preparation]]


def plain(task: str, rows: int) -> tuple[Recipe, Preparation]:
    """PyTorch's initialisation and AdamW, relu, standardised numbers, early stopping with patience 20.

    Args:
        task: One of ``tables.TASKS``.
        rows: Training rows.
    """
    if task in UNIT_TASKS:
        recipe, preparation = unit_recipe(task, rows)
        return recipe.replace(activation="relu", schedule="constant", number_frequencies=0), preparation
    return (
        Recipe(hidden=(64, 64), lr=2e-3, batch_size=_batch_size(rows), epochs=200, patience=20),
        Preparation(scaling="standard"),
    )


def tabular(task: str, rows: int) -> tuple[Recipe, Preparation]:
    """RealMLP's recipe (Holzmüller et al. 2024, arXiv 2407.04491, table A.1), fitted to a laptop.

    Every part has its own switch; benchmarks/recipe measures what each is worth. Ours differs from RealMLP in width and
    length (64 and 128 or fewer epochs, not 256 and 256: an eighth of the time for nearly the same error) and in the
    scale of the number embedding's frequencies (0.1 there): on the benchmark's tables faster waves pay, and the more
    so the more rows there are to tell them from noise.

    Args:
        task: One of ``tables.TASKS``. Classes of every kind get its classifier, numbers of every kind its regressor.
        rows: Training rows.
    """
    if task in UNIT_TASKS:
        return unit_recipe(task, rows)
    numbers = task in ("regression", "count", "quantile")
    recipe = Recipe(
        hidden=(64, 64, 64),
        activation="mish" if numbers else "selu",
        parametric_activation=True,
        loss=_LOSSES.get(task, "auto"),
        optimizer="adamw(beta2=0.95)",
        lr=0.2 if numbers else 0.04,
        weight_decay=0.02,
        decay_biases=False,
        schedule="coslog4",
        regularisation_schedule="flat_cosine",
        width_scaled_lr=True,
        lr_factors=(("bias", 0.1), ("frequency", 0.1), ("mixing", 0.1), ("scale", 6.0), ("slope", 0.1)),
        dropout=0.15,
        batch_size=_batch_size(rows),
        drop_last=True,
        epochs=_epochs(rows),
        monitor="error" if task in _JUDGED_BY_ERROR else "loss",
        initialisation="data",
        number_frequencies=16,
        frequency_scale=0.5 if rows <= _MANY else 1.0,
        input_scale=True,
    )
    return recipe, Preparation(scaling="robust_clip")


# Accuracy is what a classifier is judged by first; smoothing serves it, at some cost to the log loss. Losses that are
# not named are the right ones for their target; see objectives.automatic.
_LOSSES = {"binary": "cross_entropy(label_smoothing=0.1)", "multiclass": "cross_entropy(label_smoothing=0.1)"}
# The others are judged by a loss (deviance, pinball, divergence), or by how far off a class is, which an error rate
# does not see.
_JUDGED_BY_ERROR = ("binary", "multiclass", "multilabel", "regression")
# Rows from which a table is large: fewer epochs, faster waves.
_MANY = 8192
# Updates that a member makes at most, so that a million rows take minutes and not hours.
_MOST_STEPS = 3000


def _epochs(rows: int) -> int:
    """128 passes over a small table, 64 over a large one, fewer where that would be more than 3,000 steps."""
    if rows <= _MANY:
        return 128
    return max(2, min(64, _MOST_STEPS * _batch_size(rows) // rows))


def _batch_size(rows: int) -> int:
    """RealMLP's automatic batch size: more rows, larger batches."""
    for most, size in ((1024, 64), (8192, 128), (30_000, 256), (100_000, 512)):
        if rows <= most:
            return size
    return 1024


RECIPES: dict[str, NamedRecipe] = {"tabular": tabular, "plain": plain}
