"""Which recipe a run trains: the named one, fitted to the target, with what was asked for put in its place."""

from collections.abc import Mapping
from typing import Any

import msgspec

from pellucid.activations import ACTIVATIONS
from pellucid.encoding import Preparation
from pellucid.errors import UsageError
from pellucid.experiments.options import FitOptions
from pellucid.experiments.recipes import RECIPES
from pellucid.experiments.unit_options import ONE_NETWORK
from pellucid.experiments.unit_recipes import fitted_to_units
from pellucid.objectives import LOSSES
from pellucid.optimizers import OPTIMIZERS, SCHEDULES
from pellucid.records import Recipe
from pellucid.tables import UNIT_TASKS
from pellucid.training import check_recipe

__all__ = ["choose_recipe"]

_OVERRIDES = (
    "hidden",
    "activation",
    "norm",
    "loss",
    "class_weight",
    "optimizer",
    "lr",
    "weight_decay",
    "schedule",
    "penalty",
    "l2",
    "dropout",
    "initialisation",
    "batch_size",
    "epochs",
)
_OF_ONE_KIND = ("adam", "adamw")
"""Optimisers whose steps have one size, so that they share a learning rate."""
_SETS_ITS_OWN_PACE = ("schedule_free_adamw",)


def choose_recipe(
    options: FitOptions,
    task: str,
    rows: int,
    levels: tuple[float, ...] = (),
    *,
    changes: Mapping[str, Any] | None = None,
) -> tuple[Recipe, Preparation]:
    """The named recipe with what was asked for put in its place.

    Args:
        options: What was asked for.
        task: The decided task.
        rows: Training rows.
        levels: Quantiles that are wanted.
        changes: Fields of the recipe and their values, also such as no option sets; they win over the options, and None
            is a value here. Hidden layers of a reconstruction are those before the code, and stand in the options too.

    Raises:
        UsageError: If an option is out of its range, or two contradict each other.
        UnknownNameError: If a name is not registered; offers the nearest.
        ContractError: If no gradient goes through the activation.
    """
    recipe, preparation = RECIPES[options.recipe](task, rows)
    if task in UNIT_TASKS:
        recipe = fitted_to_units(recipe, task, options)
    asked: dict[str, Any] = {name: getattr(options, name) for name in _OVERRIDES}
    asked = {name: value for name, value in asked.items() if value is not None}
    asked |= changes or {}
    if task == "reconstruction":
        asked.pop("hidden", None)
    recipe = recipe.replace(**(_along(recipe, asked) | asked))
    if task == "quantile":
        recipe = recipe.replace(loss=_with_levels(recipe.loss, levels))
    check_recipe(recipe)
    rates = recipe.loss != "auto" and LOSSES(recipe.loss).entry.reads == "rates"
    if task == "regression" and rates and options.target_expression is None:
        raise UsageError(
            f"The loss {recipe.loss} reads counts as they are, and the task regression standardises its target. Ask for"
            " --task count, or add --target-expression none."
        )
    if task in ONE_NETWORK and SCHEDULES(recipe.schedule).entry.watches:
        raise UsageError(
            f"The schedule {recipe.schedule} watches rows that training does not see, and the task {task} trains"
            " its one network on all training rows. Use --schedule cosine."
        )
    encoded: dict[str, Any] = {"express": options.express} if options.express else {}
    if options.scaling is not None:
        encoded["scaling"] = options.scaling
    return recipe, msgspec.structs.replace(preparation, **encoded) if encoded else preparation


def _along(recipe: Recipe, asked: dict[str, Any]) -> dict[str, Any]:
    """What changes along with what was asked for: parts of the recipe that were made for what is replaced."""
    changes: dict[str, Any] = {}
    if "activation" in asked:
        entry = ACTIVATIONS(asked["activation"]).entry
        if entry.learned or entry.takes or entry.gives:
            # Such an activation learns numbers of its own, or has no identity to be mixed with.
            changes["parametric_activation"] = False
    if "optimizer" not in asked:
        return changes
    own, other = OPTIMIZERS(recipe.optimizer).name, OPTIMIZERS(asked["optimizer"])
    if other.name != own and "weight_decay" not in asked:
        changes["weight_decay"] = None
    if {other.name, own} <= set(_OF_ONE_KIND):
        return changes
    # The recipe's learning rates, by kind and by width, are steps of Adam.
    changes |= {"width_scaled_lr": False, "lr_factors": ()}
    if "lr" not in asked:
        changes["lr"] = None
    if "schedule" not in asked and (other.entry.full_batch or other.name in _SETS_ITS_OWN_PACE):
        changes["schedule"] = "constant"
    return changes


def _with_levels(loss: str, levels: tuple[float, ...]) -> str:
    """The loss with the levels that are wanted, where it is one of levels."""
    chosen = LOSSES("quantile" if loss == "auto" else loss)
    if "levels" not in chosen.numbers:
        return loss
    own = chosen.numbers["levels"]
    if own not in (chosen.entry.defaults["levels"], levels):
        wanted = ", ".join(f"{level:g}" for level in levels)
        raise UsageError(f"The loss {chosen} and the levels {wanted} contradict each other. Give the levels alone.")
    return str(LOSSES(chosen.name, levels=levels))
