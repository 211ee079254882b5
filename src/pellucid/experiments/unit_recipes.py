"""How networks that learn from units of rows are trained: pairs, triplets, sequences, whole rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.encoding import Preparation
from pellucid.experiments.unit_options import CODE, DIMENSIONS
from pellucid.records import Recipe

if TYPE_CHECKING:  # options know recipes
    from pellucid.experiments.options import FitOptions

__all__ = ["embedding_units", "fitted_to_units", "ranking_units", "unit_recipe"]

# What goes in shall come out, and neighbours stand side by side: columns that are dense, every category one-hot.
_DENSE = Preparation(embed=False)
_UNITS_PER_ROW, _MOST_UNITS = 10, 100_000
_MANY, _MOST_STEPS, _MOST_FRAMES = 40_000, 6_000, 3_000_000


def unit_recipe(task: str, rows: int) -> tuple[Recipe, Preparation]:
    """AdamW with a cosine that ends at nothing: the last epoch is kept, where no fold picks another.

    Args:
        task: One of ``tables.UNIT_TASKS``.
        rows: Training rows.
    """
    plain = Recipe(activation="gelu", lr=2e-3, schedule="cosine", category_embedding_size=8)
    match task:
        case "embedding":
            loss = "triplet_margin(margin=0.5, swap=True)"
            recipe = plain.replace(hidden=(128, 128), loss=loss, lr=4e-3, dropout=0.1)
            return _paced(recipe, embedding_units(rows) * rows), Preparation()
        case "ranking":
            # Regressions gain from the number embedding, and so does an order.
            recipe = plain.replace(
                hidden=(64, 64), loss="margin_ranking(margin=1)", number_frequencies=16, frequency_scale=0.5
            )
            return _paced(recipe, ranking_units(rows) * rows), Preparation()
        case "reconstruction":
            size = 64 if rows <= _MANY // 10 else 256
            epochs = max(2, min(200, _MOST_STEPS * size // rows))
            recipe = plain.replace(hidden=(64,), activation="silu", lr=5e-3)
            return recipe.replace(batch_size=size, epochs=epochs), _DENSE
    # How many sequences the rows make up is not known yet; what a pass costs is the rows.
    return plain.replace(hidden=(64,), lr=5e-3, batch_size=16, epochs=max(2, min(60, _MOST_FRAMES // rows))), _DENSE


def embedding_units(rows: int) -> int:
    """Triplets or pairs that are drawn for each training row: ten, fewer of many rows, two at least."""
    return max(2, min(_UNITS_PER_ROW, _MOST_UNITS // rows))


def ranking_units(rows: int) -> int:
    """Pairs that are drawn for each training row, at most: ten, fewer of many rows, one at least."""
    return max(1, min(_UNITS_PER_ROW, _MOST_UNITS // rows))


def _paced(recipe: Recipe, units: int) -> Recipe:
    """Twenty passes, fewer where they would be more than 6,000 steps; large batches where there are many units."""
    size = 128 if units <= _MANY else 256
    return recipe.replace(batch_size=size, epochs=max(2, min(20, _MOST_STEPS * size // max(units, 1))))


def fitted_to_units(recipe: Recipe, task: str, options: FitOptions) -> Recipe:
    """The recipe with the width that was asked for: of the vectors, or of the code between mirrored layers.

    Hidden layers of a reconstruction are those before the code; behind it they follow in reverse.
    """
    if task == "embedding":
        return recipe.replace(outputs=options.code or DIMENSIONS)
    if task == "reconstruction":
        before = recipe.hidden if options.hidden is None else options.hidden
        return recipe.replace(hidden=(*before, options.code or CODE, *reversed(before)))
    return recipe
