"""Named recipes: ``tabular``, what fit uses by default, and ``plain``, what a textbook would use."""

from collections.abc import Callable

from pellucid.encoding import Preparation
from pellucid.records import Recipe

__all__ = ["RECIPES", "NamedRecipe"]

NamedRecipe = Callable[[str, int], tuple[Recipe, Preparation]]


def plain(task: str, rows: int) -> tuple[Recipe, Preparation]:
    """PyTorch's initialisation and AdamW, relu, standardised numbers, early stopping with patience 20.

    Args:
        task: binary, multiclass or regression.
        rows: Training rows.
    """
    del task
    return (
        Recipe(hidden=(64, 64), lr=2e-3, batch_size=_batch_size(rows), epochs=200, patience=20),
        Preparation(scaling="standard"),
    )


def tabular(task: str, rows: int) -> tuple[Recipe, Preparation]:
    """RealMLP's recipe (Holzmüller et al. 2024, arXiv 2407.04491), fitted to a laptop; every part has its own switch.

    Args:
        task: binary, multiclass or regression.
        rows: Training rows.
    """
    regression = task == "regression"
    recipe = Recipe(
        hidden=(128, 128, 128),
        activation="mish" if regression else "selu",
        parametric_activation=True,
        loss="mse" if regression else "cross_entropy",
        label_smoothing=0.0 if regression else 0.1,
        optimizer="adamw",
        lr=0.2 if regression else 0.04,
        beta2=0.95,
        weight_decay=0.02,
        decay_biases=False,
        schedule="cyclic",
        regularisation_schedule="flat_cosine",
        width_scaled_lr=True,
        lr_factors=(("bias", 0.1), ("frequency", 0.1), ("mixing", 0.1), ("scale", 6.0), ("slope", 0.1)),
        dropout=0.15,
        batch_size=_batch_size(rows),
        drop_last=True,
        epochs=128,
        monitor="error",
        initialisation="data",
        number_frequencies=16,
        input_scale=True,
    )
    return recipe, Preparation(scaling="robust_clip")


def _batch_size(rows: int) -> int:
    """RealMLP's automatic batch size: more rows, larger batches."""
    for most, size in ((1024, 64), (8192, 128), (30_000, 256), (100_000, 512)):
        if rows <= most:
            return size
    return 1024


RECIPES: dict[str, NamedRecipe] = {"tabular": tabular, "plain": plain}
