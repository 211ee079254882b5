"""Checks a recipe before anything is drawn or trained: names, kinds and ranges of its own fields."""

from collections.abc import Callable, Hashable
from numbers import Integral, Real
from typing import Any

import numpy as np
from msgspec.structs import asdict, astuple

from pellucid.activations import ACTIVATIONS
from pellucid.errors import ContractError, UnknownNameError, UsageError
from pellucid.networks import INITIALIZERS, MULTIPLE
from pellucid.objectives.penalties import penalties_of
from pellucid.optimizers import OPTIMIZERS, SCHEDULES
from pellucid.records import Recipe

__all__ = ["check_recipe", "types_of"]

_RANGES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "outputs": ("outputs ≥ 1, or None", lambda v: v is None or v >= 1),
    "lr": ("lr > 0, or None", lambda v: v is None or 0 < v < float("inf")),
    "weight_decay": ("weight_decay ≥ 0, or None", lambda v: v is None or 0 <= v < float("inf")),
    "l1": ("l1 ≥ 0", lambda v: 0 <= v < float("inf")),
    "l2": ("l2 ≥ 0", lambda v: 0 <= v < float("inf")),
    "clip_norm": ("clip_norm > 0, or None", lambda v: v is None or v > 0),
    "clip_value": ("clip_value > 0, or None", lambda v: v is None or v > 0),
    "dropout": ("0 ≤ dropout < 1", lambda v: 0 <= v < 1),
    "input_noise": ("input_noise ≥ 0", lambda v: 0 <= v < float("inf")),
    "gradient_noise": ("gradient_noise ≥ 0", lambda v: 0 <= v < float("inf")),
    "batch_size": ("batch_size ≥ 1", lambda v: v >= 1),
    "epochs": ("epochs ≥ 1", lambda v: v >= 1),
    "patience": ("patience ≥ 1, or None", lambda v: v is None or v >= 1),
    "hidden": ("every hidden width ≥ 1", lambda v: all(width >= 1 for width in v)),
    "number_frequencies": (f"number_frequencies a multiple of {MULTIPLE}", lambda v: v >= 0 and v % MULTIPLE == 0),
    "number_embedding_size": ("number_embedding_size ≥ 2", lambda v: v >= 2),
    "frequency_scale": ("frequency_scale > 0", lambda v: 0 < v < float("inf")),
    "category_embedding_size": ("category_embedding_size ≥ 1", lambda v: v >= 1),
}

_WORDS = {"norm": ("none", "batch_norm", "layer_norm"), "monitor": ("loss", "error")}

_KINDS = ("weight", "bias", "scale", "shift", "slope", "frequency", "mixing", "category")

_DEFAULTS = asdict(Recipe())

# Types of recipes that have been found sound: hundreds in a list differ in values alone.
_SOUND: set[tuple[Hashable, ...]] = set()

# Fields that None leaves open, and what belongs there otherwise.
_OPTIONAL: dict[str, type] = {
    "outputs": Integral,
    "lr": Real,
    "weight_decay": Real,
    "clip_norm": Real,
    "clip_value": Real,
    "patience": Integral,
}


def check_recipe(recipe: Recipe) -> None:
    """Refuse a recipe that cannot be trained as it says, whatever the table.

    Raises:
        UnknownNameError: If a name is not registered; offers the nearest.
        ContractError: N507 if no gradient goes through the activation.
        UsageError: If a number is out of its range.
    """
    _check_kinds(recipe)
    _check_activation(recipe)
    OPTIMIZERS(recipe.optimizer)
    INITIALIZERS(recipe.initialisation)
    penalties_of(recipe)
    for field in ("schedule", "momentum_schedule", "regularisation_schedule"):
        SCHEDULES(getattr(recipe, field))
    for field, known in _WORDS.items():
        if getattr(recipe, field) not in known:
            raise UnknownNameError(field, getattr(recipe, field), known)
    for field, (rule, holds) in _RANGES.items():
        value = getattr(recipe, field)
        if not holds(value):
            raise UsageError(f"A recipe needs {rule}, found {field}={value!r}.")
    if recipe.norm == "batch_norm" and recipe.batch_size == 1 and not OPTIMIZERS(recipe.optimizer).entry.full_batch:
        raise UsageError(
            "batch_norm needs batch_size ≥ 2, found 1: the mean of one row is the row itself, which leaves nothing to "
            "learn from. Use norm='layer_norm', or larger batches."
        )
    for kind, factor in recipe.lr_factors:
        if kind not in _KINDS:
            raise UnknownNameError("parameter kind in lr_factors", kind, _KINDS)
        if not 0 <= factor < float("inf"):
            raise UsageError(f"A recipe needs lr_factors ≥ 0, found {factor!r} for {kind!r}.")
    _check_class_weight(recipe)


def _check_activation(recipe: Recipe) -> None:
    chosen = ACTIVATIONS(recipe.activation)
    if not chosen.entry.trainable and recipe.hidden:
        raise ContractError(
            "N507",
            f"{chosen.name} is flat wherever it has a derivative, so no gradient goes through it and the layers before "
            "it would never learn. Use a smooth relative: tanh for sign, sigmoid for step, identity for round.",
            recipe=f"pl.Recipe(activation={'tanh' if chosen.name == 'sign' else 'sigmoid'!r})",
        )
    if recipe.parametric_activation and chosen.entry.learned:
        raise UsageError(
            f"parametric_activation mixes an activation with its input, unit by unit, and {chosen.name} learns its own "
            "numbers. Use parametric_activation=False."
        )


def _check_class_weight(recipe: Recipe) -> None:
    weights = recipe.class_weight
    if isinstance(weights, str):
        if weights not in ("none", "balanced"):
            raise UnknownNameError("class_weight", weights, ("none", "balanced"))
    elif not (_are(weights, Real) and all(0 < weight < float("inf") for weight in weights)):
        raise UsageError(f"A recipe needs class_weight > 0 for every class, found class_weight={weights!r}.")


def _check_kinds(recipe: Recipe) -> None:
    """Refuse text where a number belongs, and the like; NumPy's own numbers are numbers."""
    types = types_of(recipe)
    if types in _SOUND:
        return
    for field, default in _DEFAULTS.items():
        value = getattr(recipe, field)
        wanted, fits = "", True
        if field == "hidden":
            wanted, fits = "widths such as (16, 16)", _are(value, Integral)
        elif field == "lr_factors":
            wanted = 'pairs such as (("bias", 0.1),)'
            fits = isinstance(value, tuple) and all(
                isinstance(pair, tuple) and len(pair) == 2 and _are(pair[1:], Real) for pair in value
            )
        elif field in _OPTIONAL:
            wanted = "a number or None" if _OPTIONAL[field] is Real else "a whole number or None"
            fits = value is None or _are((value,), _OPTIONAL[field])
        elif field == "class_weight":
            wanted, fits = "none, balanced or one weight per class", isinstance(value, str | tuple)
        elif isinstance(default, bool):
            wanted, fits = "True or False", isinstance(value, bool | np.bool)
        elif isinstance(default, int):
            wanted, fits = "a whole number", _are((value,), Integral)
        elif isinstance(default, float):
            wanted, fits = "a number", _are((value,), Real)
        elif isinstance(default, str):
            wanted, fits = "a name, as text", isinstance(value, str)
        if not fits:
            raise UsageError(f"A recipe's {field} must be {wanted}, found {value!r}.")
    _SOUND.add(types)


def types_of(recipe: Recipe) -> tuple[Hashable, ...]:
    """Types of all values, of those within tuples too: recipes that agree in them are all of the right kinds or none.

    Equal recipes may differ in them: 1 is True, and 32 is 32.0.
    """
    values: tuple[Any, ...] = astuple(recipe)
    pairs = recipe.lr_factors if isinstance(recipe.lr_factors, tuple) else ()
    return (*map(type, values), _types_within(recipe.hidden), *map(_types_within, pairs))


def _types_within(value: Any) -> tuple[type, ...]:
    return tuple(map(type, value if isinstance(value, tuple) else (value,)))


def _are(values: Any, kind: type) -> bool:
    return isinstance(values, tuple) and all(isinstance(v, kind) and not isinstance(v, bool) for v in values)
