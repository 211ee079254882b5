"""Derivatives of activations that somebody has written as functions, against those of the registry."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pellucid.activations import ACTIVATIONS, ChosenActivation
from pellucid.errors import UsageError
from pellucid.shapes import Floats

__all__ = ["Judged", "activation_of", "judge_derivative"]

_TOLERANCE = 1e-4


class Judged(NamedTuple):
    """What a function turned out to be.

    Attributes:
        right: Whether it is the derivative, given the sum z or given the activation.
        found: The value that is furthest off.
        expected: What it should be.
        at: Where, as z.
        cause: What has most likely gone wrong; what it wants to be given, where that matters.
    """

    right: bool
    found: float
    expected: float
    at: float
    cause: str


def activation_of(name: str) -> ChosenActivation:
    """The activation that a function's name is about: ``relu``, ``relu_derivative``, ``d_sigmoid``.

    Raises:
        UsageError: If it is about none.
    """
    bare = name.casefold()
    for part in ("derivative", "gradient", "backward", "deriv", "prime", "grad"):
        bare = bare.replace(part, "")
    bare = bare.strip("_′' ")
    for known in (name, bare, bare.removeprefix("d_"), bare.removeprefix("d")):
        if known in ACTIVATIONS:
            return ACTIVATIONS(known)
    raise UsageError(f"{name!r} names no activation. Name the function after its activation, such as 'relu'.")


def judge_derivative(function: Callable[[Floats], object], chosen: ChosenActivation) -> Judged:
    """Compare a function with an activation's derivative, clear of corners.

    It may want to be given the sum z, or the activation f(z), as ``a·(1 − a)`` for the sigmoid does.

    Args:
        function: Of an array, value by value.
        chosen: The activation.

    Raises:
        UsageError: If the activation looks at whole rows, or the function fails.
    """
    if chosen.entry.rowwise or chosen.entry.takes or chosen.entry.gives:
        raise UsageError(
            f"{chosen.name} looks at a whole row, so it has no derivative value by value. Pass a backward."
        )
    z = np.linspace(-4.0, 4.0, 98)
    values, expected = chosen(z).numpy(), chosen.derivative(z).numpy()
    of_z, of_value = _asked(function, z, chosen.name), _asked(function, values, chosen.name)
    if _same(of_value, expected):
        return Judged(True, 0.0, 0.0, 0.0, "")
    place = int(np.abs(of_value - expected).argmax())
    wrong = (float(of_value[place]), float(expected[place]), float(z[place]))
    if _same(of_z, expected):
        always = (
            " Given the activation, which is never negative, it is 1 for units that are off as well: test with > 0."
        )
        at_least = chosen.name in ("relu", "relu6") and _same(of_value, np.ones_like(z))
        return Judged(
            not at_least, *wrong, always.strip() if at_least else f"It wants the sum z, not {chosen.name}(z)."
        )
    place = int(np.abs(of_z - expected).argmax())
    wrong = (float(of_z[place]), float(expected[place]), float(z[place]))
    if _same(-of_z, expected) or _same(-of_value, expected):
        return Judged(False, *wrong, "The sign is wrong.")
    if _same(of_z, values) or _same(of_value, values):
        return Judged(False, *wrong, f"It is {chosen.name} itself, not its derivative.")
    return Judged(False, *wrong, f"The derivative of {chosen.name} is {chosen.entry.derivative.partition(';')[0]}.")


def _asked(function: Callable[[Floats], object], values: Floats, name: str) -> Floats:
    try:
        found = np.asarray(function(values.copy()), dtype=np.float64)
        return np.broadcast_to(found, values.shape)
    except Exception as error:  # somebody's own function may raise anything
        raise UsageError(
            f"The derivative of {name} raised {type(error).__name__}: {error}. It is called with an array of "
            f"{len(values)} numbers and must give as many."
        ) from error


def _same(found: Floats, expected: Floats) -> bool:
    return bool(np.isfinite(found).all() and np.abs(found - expected).max() <= _TOLERANCE)
