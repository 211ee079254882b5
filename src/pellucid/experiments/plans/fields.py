"""What can be varied: fields of a recipe and options beside it, how a value of each is written, and why not others."""

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np

from pellucid.activations import ACTIVATIONS
from pellucid.catalogue import Registry
from pellucid.encoding import EXPRESSIONS
from pellucid.errors import UnknownNameError, UsageError
from pellucid.experiments.plans.factor import Level
from pellucid.experiments.recipes import RECIPES
from pellucid.networks import INITIALIZERS, MULTIPLE
from pellucid.objectives import LOSSES
from pellucid.objectives.penalties import read_penalties
from pellucid.optimizers import OPTIMIZERS, SCHEDULES
from pellucid.records import Recipe
from pellucid.training import check_recipe

__all__ = ["FACTORS", "FIELDS", "Field", "elastic_net", "find_field"]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a recipe that can be varied.

    Attributes:
        kind: ``choice`` (of a registry), ``word``, ``flag``, ``number``, ``whole`` (number), ``widths`` or
            ``penalties``.
        registry: Of a choice.
        optional: Whether none, which leaves it open, is a value.
        words: Those that are known; empty where the check of the recipe knows them.
        auto: Whether ``auto`` is a value.
        step: Whole numbers are multiples of it.
    """

    kind: Literal["choice", "word", "flag", "number", "whole", "widths", "penalties"]
    registry: Registry[Any, Any] | None = None
    words: tuple[str, ...] = ()
    optional: bool = False
    auto: bool = False
    step: int = 1

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers, so that ranges make sense."""
        return self.kind in ("number", "whole")

    def read(self, name: str, value: Any) -> Level:
        """A single value in its own type, checked.

        Args:
            name: Of the field.
            value: Text in the notation, or what a recipe takes.

        Raises:
            UsageError: If it is of another kind or out of range; names the field and the value.
            UnknownNameError: If it is a name that is not known; offers the nearest.
        """
        given = value.strip() if isinstance(value, str) else value
        if self.optional and (given is None or _folded(given) == "none"):
            return None
        found = self._read(name, given)
        if name in ("width", "depth"):
            _check_at_least_one(name, found)
        elif name == "elastic_net":
            read_penalties(elastic_net(found))
        elif name in Recipe.__struct_fields__:
            # Without hidden layers, what is said about them is left to the check of the whole recipe.
            checked: dict[str, Any] = {"hidden": (), name: found}
            check_recipe(Recipe(**checked))
        return found

    def identity(self, value: Level) -> tuple[type, Level]:
        """What equal values have in common; the words of a person are kept, but ``swish`` and ``silu`` are one."""
        if self.registry is not None and value != "auto":
            return str, str(self.registry(str(value)))
        if self.kind == "penalties":
            return str, "+".join(map(str, read_penalties(str(value))))
        return type(value), value

    def _read(self, name: str, given: Any) -> Level:
        match self.kind:
            case "choice":
                assert self.registry is not None
                if self.auto and _folded(given) == "auto":
                    return "auto"
                if isinstance(given, str) or hasattr(given, "entry"):
                    self.registry(given)
                    return str(given)
                raise UsageError(f"{name} takes names such as {self.registry.names()[0]}, found {given!r}.")
            case "word":
                if not isinstance(given, str):
                    raise UsageError(f"{name} takes words, found {given!r}.")
                word = given.casefold().replace("-", "_")
                if self.words and word not in self.words:
                    raise UnknownNameError(name, given, self.words)
                return word
            case "flag":
                return _flag(name, given)
            case "number" | "whole":
                return _number(name, given, whole=self.kind == "whole")
            case "widths":
                return _widths(name, given)
            case "penalties":
                if _folded(given) in ("none", ""):
                    return ""
                if isinstance(given, str) or hasattr(given, "entry"):
                    read_penalties(str(given))
                    return str(given)
                raise UsageError(f"{name} takes penalties joined by +, or none, found {given!r}.")


FIELDS: dict[str, Field] = {
    "recipe": Field(kind="word", words=tuple(RECIPES)),
    "scaling": Field(kind="choice", registry=EXPRESSIONS),
    "hidden": Field(kind="widths"),
    "width": Field(kind="whole"),
    "depth": Field(kind="whole"),
    "activation": Field(kind="choice", registry=ACTIVATIONS),
    "parametric_activation": Field(kind="flag"),
    "output_activation": Field(kind="choice", registry=ACTIVATIONS, auto=True),
    "norm": Field(kind="word"),
    "loss": Field(kind="choice", registry=LOSSES, auto=True),
    "class_weight": Field(kind="word"),
    "optimizer": Field(kind="choice", registry=OPTIMIZERS),
    "lr": Field(kind="number", optional=True),
    "weight_decay": Field(kind="number", optional=True),
    "l1": Field(kind="number"),
    "l2": Field(kind="number"),
    "penalty": Field(kind="penalties"),
    "elastic_net": Field(kind="number"),
    "decay_biases": Field(kind="flag"),
    "clip_norm": Field(kind="number", optional=True),
    "clip_value": Field(kind="number", optional=True),
    "schedule": Field(kind="choice", registry=SCHEDULES),
    "momentum_schedule": Field(kind="choice", registry=SCHEDULES),
    "regularisation_schedule": Field(kind="choice", registry=SCHEDULES),
    "width_scaled_lr": Field(kind="flag"),
    "dropout": Field(kind="number"),
    "input_noise": Field(kind="number"),
    "gradient_noise": Field(kind="number"),
    "batch_size": Field(kind="whole"),
    "drop_last": Field(kind="flag"),
    "epochs": Field(kind="whole"),
    "patience": Field(kind="whole", optional=True),
    "monitor": Field(kind="word"),
    "restore_best": Field(kind="flag"),
    "initialisation": Field(kind="choice", registry=INITIALIZERS),
    "number_frequencies": Field(kind="whole", step=MULTIPLE),
    "number_embedding_size": Field(kind="whole"),
    "frequency_scale": Field(kind="number"),
    "category_embedding_size": Field(kind="whole"),
    "input_scale": Field(kind="flag"),
}
"""Every factor: ``recipe`` is the named one, ``scaling`` the re-expression of numbers, ``width`` that of all hidden
layers, ``depth`` their number, ``elastic_net`` the strength of that penalty (half l1, half l2) beside all others, and
the rest are the recipe's fields."""

FACTORS: tuple[str, ...] = tuple(FIELDS)

_ALIASES = {"network": "hidden"}  # the option's name
_SEEDS = "it is what comparisons are repeated over. Seeds have an option of their own: --seeds 10"
_DATA = "it changes what all variants learn from. Make one comparison with each"
_DESIGN = "it is part of how variants are judged, which must be the same for all. Give it as an option of its own"
_REFUSED = {
    "seed": _SEEDS,
    "seeds": _SEEDS,
    "outputs": "it follows from the loss and the target. Vary the loss",
    "lr_factors": "it is a table of factors for kinds of parameters. Vary width_scaled_lr or lr",
    **dict.fromkeys(("express", "target_expression", "context", "drop"), _DATA),
    **dict.fromkeys(("folds", "repeats", "test_size", "halving", "minutes", "target", "task"), _DESIGN),
    "members": "it is the size of an ensemble and no field of a recipe. Compare recipes, and fit the winner with it",
    "code": "it is part of what is asked for, not of how it is trained. Make one comparison with each",
}


def find_field(name: str) -> tuple[str, Field]:
    """The field's own name, and the field; hyphens are as good as underscores.

    Raises:
        UsageError: If it is none that can be varied; says why.
        UnknownNameError: If there is no such field; offers the nearest.
    """
    own = name.strip().casefold().replace("-", "_")
    own = _ALIASES.get(own, own)
    if own in _REFUSED:
        raise UsageError(f"{own} cannot be varied: {_REFUSED[own]}.")
    if own not in FIELDS:
        raise UnknownNameError("factor", name.strip(), FACTORS)
    return own, FIELDS[own]


def elastic_net(strength: Any) -> str:
    """The penalty of that strength in the notation of recipes."""
    return f"elastic_net(strength={strength!r})"


def _folded(value: Any) -> str | None:
    return value.casefold() if isinstance(value, str) else None


def _flag(name: str, given: Any) -> bool:
    if isinstance(given, bool | np.bool):
        return bool(given)
    words = {"yes": True, "true": True, "no": False, "false": False}
    if _folded(given) in words:
        return words[given.casefold()]
    raise UsageError(f"{name} takes yes and no, found {given!r}.")


def _number(name: str, given: Any, *, whole: bool) -> int | float:
    found: float = math.nan
    if isinstance(given, str):
        with suppress(ValueError):
            found = float(given)
    elif isinstance(given, Real) and not isinstance(given, bool):
        found = int(given) if isinstance(given, Integral) else float(given)
    fits = math.isfinite(found) and (not whole or found == int(found))
    if not fits:
        raise UsageError(f"{name} takes {'whole numbers' if whole else 'numbers'}, found {given!r}.")
    return int(found) if whole else float(found)


def _check_at_least_one(name: str, found: Any) -> None:
    if found < 1:
        raise UsageError(f"A recipe needs {name} ≥ 1, found {name}={found!r}. No hidden layer is hidden=none.")


def _widths(name: str, given: Any) -> tuple[int, ...]:
    """Widths of ``64-64`` or ``(64, 64)``; none of ``none``, ``linear`` and ``()``."""
    if isinstance(given, str):
        if given.casefold() in ("none", "linear"):
            return ()
        parts: Sequence[Any] = [part.strip() for part in given.split("-")]
        if all(part.isdecimal() for part in parts):
            return tuple(int(part) for part in parts)
    elif hasattr(given, "__iter__"):
        parts = tuple(given)
        if all(isinstance(part, Integral) and not isinstance(part, bool) for part in parts):
            return tuple(int(part) for part in parts)
    raise UsageError(
        f"{name} takes the widths of all hidden layers, as in 64-64 or (64, 64), and none for no hidden layer, found"
        f" {given!r}."
        + (f" One hidden layer is ({given},)." if isinstance(given, Integral) and not isinstance(given, bool) else "")
    )
