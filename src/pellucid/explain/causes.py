"""What has most likely gone wrong with a derivative: what was found, held against well-known mistakes."""

from collections.abc import Callable

import numpy as np

from pellucid.explain.activating import curve_of
from pellucid.explain.passing import Pass, as_array, run_pass
from pellucid.explain.quantities import Quantity
from pellucid.explain.subject import Subject
from pellucid.networks.activate import Activate
from pellucid.networks.linear import Linear
from pellucid.shapes import Floats

__all__ = ["likely_cause"]

Alike = Callable[[Floats, Floats], bool]


def likely_cause(found: Floats, quantity: Quantity, subject: Subject, alike: Alike) -> str:
    """A sentence about what was most likely done, and what to do instead.

    Args:
        found: What somebody's code gave.
        quantity: What it should have given.
        subject: The network.
        alike: Whether two arrays are the same within the tolerance.
    """
    expected, n = quantity.expected, subject.units
    if found.shape != expected.shape and found.size == expected.size and found.ndim == expected.ndim == 2:
        if alike(found.T, expected):
            return "It is transposed: swap its axes, or pass layout='oi' for weights [outputs, inputs]."
        return (
            f"Its shape is {list(found.shape)}, transposed to the right {list(expected.shape)}, and so are its factors."
        )
    if found.shape != expected.shape and found.size != expected.size:
        return _shape(found, expected, n, alike)
    found = found.reshape(expected.shape)
    if not np.isfinite(found).all():
        return "It is not finite: something was divided by 0, or grew without end."
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1] and alike(found.T, expected):
        return "It is transposed: swap its axes, or pass layout='oi' for weights [outputs, inputs]."
    if alike(-found, expected):
        return "The sign is wrong: a gradient points to where the loss grows, and the update subtracts it."
    if n > 1 and alike(found / n, expected):
        return f"It is {n} times too large: the loss is the mean over {n} rows, so divide by {n}."
    if n > 1 and alike(found * n, expected):
        return f"It is {n} times too small: it is divided by the {n} rows twice."
    by_slope = _slopes(found, quantity, subject, alike)
    if by_slope:
        return by_slope
    if not found.any():
        return "It is 0 everywhere."
    factor = _factor(found, expected, alike)
    if factor is not None:
        return f"All of it is {factor:.6g} times the right gradient: a constant factor is missing or too many."
    return "No well-known mistake gives these numbers. Compare it with the line of pl.explain for this quantity."


def _shape(found: Floats, expected: Floats, n: int, alike: Alike) -> str:
    shapes = f"Its shape is {list(found.shape)}, and {list(expected.shape)} is right."
    if found.ndim == expected.ndim + 1 and found.shape[1:] == expected.shape:
        summed = found.sum(axis=0)
        if alike(summed, expected):
            return f"{shapes} Sum it over the {len(found)} rows."
        if alike(summed / n, expected):
            return f"{shapes} Take its mean over the {len(found)} rows."
    return shapes


def _factor(found: Floats, expected: Floats, alike: Alike) -> float | None:
    size = float((expected * expected).sum())
    if not size:
        return None
    factor = float((found * expected).sum()) / size
    return factor if factor and alike(found / factor, expected) else None


def _slopes(found: Floats, quantity: Quantity, subject: Subject, alike: Alike) -> str:
    """Wrong slopes of the activation through which the gradient has just come."""
    link = _activation_behind(quantity, subject)
    if link is None:
        return ""
    passed = run_pass(subject)
    layer = subject.links[link].layer
    assert isinstance(layer, Activate)
    name = layer.slices[0].entry.name
    for words, slopes in _wrong_slopes(passed, subject, link):
        guess = _with_slopes(quantity, passed, subject, link, slopes)
        if guess is not None and (alike(found, guess) or alike(found, guess * subject.units)):
            return words.format(name=name)
    return ""


def _activation_behind(quantity: Quantity, subject: Subject) -> int | None:
    """Number of the activation between this quantity's layer and what comes after it."""
    if not isinstance(quantity.link.layer, Linear):
        return None
    after = quantity.link.number + 1
    while after < len(subject.links) and subject.links[after].is_silent:
        after += 1
    if after < len(subject.links) and isinstance(subject.links[after].layer, Activate):
        return after
    return None


def _wrong_slopes(passed: Pass, subject: Subject, number: int) -> list[tuple[str, Floats]]:
    link, own = subject.links[number], passed.layers[number]
    layer = link.layer
    assert isinstance(layer, Activate)
    x, y = (as_array(each[:, : link.inputs]) for each in (own.x, own.y))
    if link.inputs != link.outputs or layer.slope is not None:
        return []
    curve = curve_of(layer, own.tape, 0, link.inputs, None)
    if not curve.is_single:
        return []
    ones = np.ones_like(x)
    found = []
    rectifiers = ("relu", "relu6", "threshold")
    if curve.entry.name in rectifiers:
        found.append(
            (
                "It is as if the derivative of {name} were 1 everywhere: either it is missing, or it tests the "
                "activation with ≥ 0, which holds for units that are off as well. Test with > 0.",
                ones,
            )
        )
    else:
        found.append(("The derivative of {name} is missing: multiply by it, value by value.", ones))
    of_activation = curve.slopes(y, as_array(curve.entry.value(own.y[:, : link.inputs], curve.tensors)))
    if of_activation is not None:
        found.append(
            ("The derivative of {name} is taken at the activation; its argument is the sum before it.", of_activation)
        )
    in_terms = {"sigmoid": x * (1 - x), "tanh": 1 - x * x}.get(curve.entry.name)
    if in_terms is not None:
        found.append(
            (
                "The derivative of {name} is written in terms of its value, and was given the sum before it instead.",
                in_terms,
            )
        )
    return found


def _with_slopes(quantity: Quantity, passed: Pass, subject: Subject, number: int, slopes: Floats) -> Floats | None:
    """The quantity as it would be with these slopes of the activation behind it."""
    after = passed.layers[number]
    linear = quantity.link
    layer = linear.layer
    assert isinstance(layer, Linear)
    if after.dy is None:
        return None
    wide = passed.batch.weights.shape[1]
    real = [j * wide + unit for j in range(subject.rows_a_unit) for unit in range(subject.units)]
    dz = as_array(after.dy[:, : subject.links[number].outputs]) * slopes
    if quantity.key[0] == "z":
        return dz[real]
    x = as_array(passed.layers[linear.number].x[:, : linear.inputs])
    if quantity.key[0] == "b":
        summed: Floats = dz[real].sum(axis=0)
        return summed
    if quantity.key[0] == "w":
        guess: Floats = x[real].T @ dz[real]
        return guess if guess.shape == quantity.expected.shape else guess.T
    return None
