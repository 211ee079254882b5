"""Sorts recipes into stacks: members of one stack agree in shape and steps and differ in numbers."""

from collections.abc import Hashable, Sequence

from pellucid.networks import padded
from pellucid.records import Recipe
from pellucid.training.batches import steps_per_epoch
from pellucid.training.loop import BLOCK

__all__ = ["plan_stacks"]

# Fields in which members of one stack must agree; every other field is a number or a name per member.
_SHARED = (
    "hidden",
    "activation",
    "parametric_activation",
    "loss",
    "optimizer",
    "nesterov",
    "width_scaled_lr",
    "lr_factors",
    "decay_biases",
    "batch_size",
    "drop_last",
    "number_frequencies",
    "number_embedding_size",
    "category_embedding_size",
    "input_scale",
)


def plan_stacks(recipes: Sequence[Recipe], train: Sequence[int], validation: Sequence[int]) -> list[list[int]]:
    """Positions of the recipes of every stack, in order of first appearance.

    The number of steps and the padded widths of batches and validation blocks are a matter of one member's rows, never
    of the company, so that a member computes the same bits wherever it is put.

    Args:
        recipes: What to train.
        train: Training rows per recipe.
        validation: Validation rows per recipe.
    """
    stacks: dict[Hashable, list[int]] = {}
    for position, (recipe, rows, checks) in enumerate(zip(recipes, train, validation, strict=True)):
        key = (
            *(getattr(recipe, field) for field in _SHARED),
            steps_per_epoch(rows, recipe.batch_size, drop_last=recipe.drop_last),
            padded(min(recipe.batch_size, rows)),
            padded(min(BLOCK, checks)),
        )
        stacks.setdefault(key, []).append(position)
    return list(stacks.values())
