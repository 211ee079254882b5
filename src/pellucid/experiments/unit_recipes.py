"""How networks that learn from units of rows are trained: pairs, triplets, sequences, whole rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.encoding import Preparation
from pellucid.experiments.unit_options import CODE, DIMENSIONS
from pellucid.records import Recipe

if TYPE_CHECKING:  # options know recipes
    from pellucid.experiments.options import FitOptions

__all__ = ["fitted_to_units", "unit_recipe"]

# What goes in shall come out, and neighbours stand side by side: columns that are dense, every category one-hot.
_DENSE = Preparation(embed=False)


def unit_recipe(task: str) -> tuple[Recipe, Preparation]:
    """AdamW with a cosine that ends at nothing: the last epoch is kept, where no fold picks another.

    Args:
        task: One of ``tables.UNIT_TASKS``.
    """
    plain = Recipe(activation="gelu", lr=2e-3, schedule="cosine", category_embedding_size=8)
    match task:
        case "embedding":
            loss = "triplet_margin(margin=0.5, swap=True)"
            return plain.replace(
                hidden=(128, 128), loss=loss, lr=4e-3, dropout=0.1, batch_size=128, epochs=20
            ), Preparation()
        case "ranking":
            loss = "margin_ranking(margin=1)"
            return plain.replace(hidden=(64, 64), loss=loss, batch_size=128, epochs=20), Preparation()
        case "reconstruction":
            return plain.replace(hidden=(64,), activation="silu", lr=5e-3, batch_size=64, epochs=200), _DENSE
    return plain.replace(hidden=(64,), lr=5e-3, batch_size=16, epochs=60), _DENSE


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
