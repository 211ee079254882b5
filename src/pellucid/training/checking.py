"""Checks a recipe before anything is drawn or trained."""

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any

import numpy as np
from msgspec.structs import asdict

from pellucid.errors import UnknownNameError, UsageError
from pellucid.networks import ACTIVATIONS, INITIALIZERS, MULTIPLE
from pellucid.optimizers import SCHEDULES, find_optimizer
from pellucid.records import Recipe

__all__ = ["check_recipe"]

_RANGES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "label_smoothing": ("0 ≤ label_smoothing < 1", lambda v: 0 <= v < 1),
    "huber_delta": ("huber_delta > 0", lambda v: v > 0),
    "lr": ("lr > 0", lambda v: 0 < v < float("inf")),
    "beta1": ("0 ≤ beta1 < 1", lambda v: 0 <= v < 1),
    "beta2": ("0 ≤ beta2 < 1", lambda v: 0 <= v < 1),
    "eps": ("eps > 0", lambda v: v > 0),
    "momentum": ("0 ≤ momentum < 1", lambda v: 0 <= v < 1),
    "decay": ("weight_decay ≥ 0", lambda v: 0 <= v < float("inf")),
    "l2": ("l2 ≥ 0", lambda v: 0 <= v < float("inf")),
    "plateau_factor": ("0 < plateau_factor < 1", lambda v: 0 < v < 1),
    "plateau_patience": ("plateau_patience ≥ 0", lambda v: v >= 0),
    "dropout": ("0 ≤ dropout < 1", lambda v: 0 <= v < 1),
    "batch_size": ("batch_size ≥ 1", lambda v: v >= 1),
    "epochs": ("epochs ≥ 1", lambda v: v >= 1),
    "patience": ("patience ≥ 1, or None", lambda v: v is None or v >= 1),
    "hidden": ("every hidden width ≥ 1", lambda v: all(width >= 1 for width in v)),
    "number_frequencies": (f"number_frequencies a multiple of {MULTIPLE}", lambda v: v >= 0 and v % MULTIPLE == 0),
    "number_embedding_size": ("number_embedding_size ≥ 2", lambda v: v >= 2),
    "frequency_scale": ("frequency_scale > 0", lambda v: v > 0),
    "category_embedding_size": ("category_embedding_size ≥ 1", lambda v: v >= 1),
}

_CHOICES = {
    "schedule": SCHEDULES,
    "regularisation_schedule": ("constant", "flat_cosine", "cosine"),
    "monitor": ("loss", "error"),
}

_KINDS = ("weight", "bias", "scale", "slope", "frequency", "mixing", "category")


def check_recipe(recipe: Recipe) -> None:
    """Refuse a recipe that cannot be trained as it says.

    Raises:
        UnknownNameError: If a name is not registered; offers the nearest.
        UsageError: If a number is out of its range, or two options contradict each other.
    """
    _check_kinds(recipe)
    ACTIVATIONS[recipe.activation]
    find_optimizer(recipe.optimizer)
    INITIALIZERS(recipe.initialisation)
    for field, known in _CHOICES.items():
        if getattr(recipe, field) not in known:
            raise UnknownNameError(field, getattr(recipe, field), known)
    for field, (rule, holds) in _RANGES.items():
        value = getattr(recipe, field)
        if not holds(value):
            raise UsageError(f"A recipe needs {rule}, found {field}={value!r}.")
    for kind, factor in recipe.lr_factors:
        if kind not in _KINDS:
            raise UnknownNameError("parameter kind in lr_factors", kind, _KINDS)
        if not 0 <= factor < float("inf"):
            raise UsageError(f"A recipe needs lr_factors ≥ 0, found {factor!r} for {kind!r}.")
    _check_optimizer(recipe)


def _check_kinds(recipe: Recipe) -> None:
    """Refuse text where a number belongs, and the like; NumPy's own numbers are numbers."""
    for field, default in asdict(Recipe()).items():
        value = getattr(recipe, field)
        wanted, fits = "", True
        if field == "hidden":
            wanted, fits = "widths such as (16, 16)", _are(value, Integral)
        elif field == "lr_factors":
            wanted = 'pairs such as (("bias", 0.1),)'
            fits = isinstance(value, tuple) and all(
                isinstance(pair, tuple) and len(pair) == 2 and _are(pair[1:], Real) for pair in value
            )
        elif field in ("weight_decay", "patience"):
            wanted = "a number or None" if field == "weight_decay" else "a whole number or None"
            fits = value is None or _are((value,), Real if field == "weight_decay" else Integral)
        elif isinstance(default, bool):
            wanted, fits = "True or False", isinstance(value, bool | np.bool)
        elif isinstance(default, int):
            wanted, fits = "a whole number", _are((value,), Integral)
        elif isinstance(default, float):
            wanted, fits = "a number", _are((value,), Real)
        if not fits:
            raise UsageError(f"A recipe's {field} must be {wanted}, found {value!r}.")


def _are(values: Any, kind: type) -> bool:
    return isinstance(values, tuple) and all(isinstance(v, kind) and not isinstance(v, bool) for v in values)


def _check_optimizer(recipe: Recipe) -> None:
    if recipe.optimizer != "adamw" and recipe.weight_decay:
        raise UsageError(
            f"Decoupled weight decay belongs to adamw, found weight_decay={recipe.weight_decay:g} with "
            f"{recipe.optimizer}. Use optimizer='adamw', or l2={recipe.weight_decay:g} for the penalty."
        )
    if recipe.optimizer != "sgd" and (recipe.momentum or recipe.nesterov):
        raise UsageError(f"momentum and nesterov belong to sgd, found them with {recipe.optimizer}; Adam's is beta1.")
    if recipe.nesterov and not recipe.momentum:
        raise UsageError("nesterov needs momentum > 0. Set momentum=0.9, say.")
