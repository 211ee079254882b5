"""From a variant to the recipe that trains: fit's own choice, with the variant's values in place of the options'."""

from collections.abc import Mapping
from typing import Any

import msgspec

from pellucid.encoding import Preparation
from pellucid.errors import PellucidError, UsageError
from pellucid.experiments.choosing import choose_recipe
from pellucid.experiments.options import FitOptions
from pellucid.experiments.plans.fields import elastic_net
from pellucid.experiments.plans.variant import Variant
from pellucid.experiments.recipes import RECIPES
from pellucid.records import Recipe

__all__ = ["variant_recipe"]


def variant_recipe(
    base_options: FitOptions, task: str, rows: int, levels: tuple[float, ...], variant: Variant
) -> tuple[Recipe, Preparation]:
    """The recipe that ``pellucid fit`` would train if the variant's values had been asked for beside the options.

    What belongs to a replaced part of the recipe goes with it: an activation that learns numbers of its own is not
    mixed with the identity, an optimiser of another kind brings its own learning rate, unless the variant sets these
    too. ``recipe`` and ``scaling`` are varied as options are: the named recipe under what else is asked for.

    Args:
        base_options: What all variants have in common; a variant's values win over them.
        task: The decided task.
        rows: Training rows.
        levels: Quantiles that are wanted; empty for other tasks.
        variant: Of a plan. ``width`` w and ``depth`` d make d hidden layers of width w; what is not varied of the two
            is that of the base. ``elastic_net`` joins the other penalties.

    Raises:
        PellucidError: As ``choose_recipe`` raises it; its message names the variant.
    """
    try:
        options = _with(base_options, variant.changes)
        options.check()
        layers = _layers(options, task, rows, variant.changes)
        changes = {name: value for name, value in variant.changes.items() if name in Recipe.__struct_fields__}
        changes |= layers | _penalties(options, task, rows, variant.changes)
        return choose_recipe(_with(options, layers), task, rows, levels, changes=changes)
    except PellucidError as error:
        # The same error with all that it carries, so that a program can still tell what was wrong.
        error.message = f"Variant {variant.name}: {error.message}" if variant.name else error.message
        error.args = (error.message,)
        raise


def _with(options: FitOptions, changes: Mapping[str, Any]) -> FitOptions:
    """The options with those of the changes that are options too: named recipe, scaling, and what units look at."""
    known = {name: value for name, value in changes.items() if name in FitOptions.__struct_fields__}
    return msgspec.structs.replace(options, **known)


def _layers(options: FitOptions, task: str, rows: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Hidden layers in place of width and depth; empty where neither is varied."""
    width, depth = changes.get("width"), changes.get("depth")
    if width is None and depth is None:
        return {}
    base = RECIPES[options.recipe](task, rows)[0].hidden if options.hidden is None else options.hidden
    if width is None:
        if len(set(base)) != 1:
            shown = "-".join(map(str, base)) or "no hidden layer"
            raise UsageError(
                f"depth={depth} needs one width for all layers, and the base has {shown}. Give the width too: width=64."
            )
        width = base[0]
    if depth is None:
        if not base:
            raise UsageError(
                f"width={width} needs hidden layers, and the base has none. Give their number too: depth=2."
            )
        depth = len(base)
    return {"hidden": (width,) * depth}


def _penalties(options: FitOptions, task: str, rows: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """All penalties with the elastic net's among them; empty where it is not varied."""
    if "elastic_net" not in changes:
        return {}
    base = RECIPES[options.recipe](task, rows)[0].penalty if options.penalty is None else options.penalty
    others = changes.get("penalty", base)
    own = elastic_net(changes["elastic_net"])
    return {"penalty": f"{others}+{own}" if others else own}
