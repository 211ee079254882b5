"""Derivatives that somebody has written by hand, compared with the pass: rule G212."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import torch

from pellucid.errors import UsageError, nearest
from pellucid.explain.causes import likely_cause
from pellucid.explain.derivatives import activation_of, judge_derivative
from pellucid.explain.explaining import subject_of
from pellucid.explain.numbers import written
from pellucid.explain.quantities import Quantity, backward_quantities, canonical, handed_parameters, module_paths
from pellucid.explain.subject import Subject, tensors
from pellucid.explain.verdicts import GradientReport, GradientVerdict
from pellucid.shapes import Array, Floats
from pellucid.training import TrainingData

__all__ = ["check_gradients"]

# Points that a callable is asked about beside the given one: units that are on here are off there.
_POINTS = 4
# Gradients below this are taken for 0: one that has underflowed in float32 is no mistake of whoever wrote it.
_LEAST = 1e-9


def check_gradients(
    mine: Mapping[str, Any] | Callable[..., Any],
    what: Any = None,
    X: Any = None,
    y: Any = None,
    *,
    loss: Any = None,
    seed: int | None = None,
    task: str | None = None,
    units: Any = None,
    layout: Literal["io", "oi"] = "io",
    tolerance: float = 1e-4,
) -> GradientReport:
    """Compare gradients that somebody has written by hand with those of the network, one after the other.

    Names are those of a notebook: ``W1``, ``dW1``, ``b2``, ``grad_b2`` for parameters; ``z2``, ``delta2`` for sums,
    ``a1`` for activations, ``x`` for inputs, each with or without the mean over rows.

    Args:
        mine: Name → gradient; or name of an activation → its derivative as a function; or a function of
            ``(parameters, X, y)`` that returns gradients by name, which is also asked at other weights and rows, where
            units that are on here are off. ``parameters`` are arrays by name: ``W1``, ``b1``, ``W2`` …
        what: Recipe, ``parse_network(…)`` or module; see ``explain``. None for derivatives of activations alone.
        X: Inputs ``[n, i]``.
        y: Targets.
        loss: Choice of a loss, the mean over rows.
        seed: Of the weights that are drawn.
        task: The target's task, where ``y`` does not say it.
        units: Row numbers of pairs, triplets or sequences ``[u, k]``.
        layout: Whether a weight matrix is ``[i, o]``, for ``x @ W``, or ``[o, i]``, for ``W @ x``.
        tolerance: Largest difference, relative to the largest value of the array.

    Returns:
        The verdicts; the first wrong one with its likely cause.

    Raises:
        UsageError: If no name means a quantity of this network, or the function fails.
    """
    if layout not in ("io", "oi"):
        raise UsageError(
            f"layout is 'io' for weights [inputs, outputs] or 'oi' for [outputs, inputs], found {layout!r}."
        )
    if not callable(mine):
        functions = {name: each for name, each in mine.items() if callable(each)}
        if functions:
            return _of_functions(functions)
    subject = subject_of(what, X, y, loss=loss, seed=seed, task=task, units=units)
    if not callable(mine):
        return _compared(dict(mine), subject, "the given point", layout, tolerance, 1)
    report: GradientReport | None = None
    for point in range(_POINTS + 1):
        own = subject if point == 0 else _elsewhere(subject, point)
        where = "the given point" if point == 0 else f"weights and rows drawn by seed {point}"
        report = _compared(_asked(mine, own, y, layout), own, where, layout, tolerance, point + 1)
        if not report:
            return report
    assert report is not None
    return report


def _of_functions(functions: Mapping[str, Callable[..., Any]]) -> GradientReport:
    """Derivatives of activations, each by itself."""
    verdicts = []
    for name, function in functions.items():
        chosen = activation_of(name)
        judged = judge_derivative(function, chosen)
        where = f"z = {written(judged.at)}"
        numbers = (judged.found, judged.expected, ())
        verdicts.append(
            GradientVerdict(
                name, f"{chosen.name}′", judged.right, *numbers, "" if judged.right else judged.cause, where
            )
        )
    return GradientReport(tuple(verdicts), 1)


def _asked(mine: Callable[..., Any], subject: Subject, y: Any, layout: str) -> dict[str, Any]:
    """What the function returns.

    Raises:
        UsageError: If it fails, or returns something else than a mapping.
    """
    parameters = handed_parameters(subject, layout)
    width = subject.data.numeric + subject.data.passed
    inputs = subject.data.inputs[:, :width].numpy().copy()
    shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in parameters.items())
    try:
        found = mine(parameters, inputs, np.asarray(y))
    except Exception as error:  # somebody's own function may raise anything
        raise UsageError(
            f"Your function raised {type(error).__name__}: {error}. It is called with (parameters, X, y): {shapes}, "
            f"X {list(inputs.shape)}."
        ) from error
    if not isinstance(found, Mapping):
        raise UsageError(
            f"Your function returned {type(found).__name__}; it must return gradients by name, such as "
            f"{{{', '.join(repr('d' + name) + ': …' for name in list(parameters)[:2])}}}."
        )
    return dict(found)


def _elsewhere(subject: Subject, seed: int) -> Subject:
    """The same network at other weights, on other rows."""
    draw = np.random.default_rng(seed)
    arrays: dict[str, Array] = {}
    for spec in subject.network.parameters:
        own = subject.parameters.arrays(0)[spec.name]
        drawn = draw.normal(0.0, spec.fan_in**-0.5, own.shape)
        arrays[spec.name] = own if spec.kind == "statistic" or spec.name in subject.absent else drawn
    data = subject.data
    width = data.numeric + data.passed
    numbers = draw.normal(size=(len(data.inputs), width))
    made = TrainingData.of(numbers, data.targets.numpy(), numeric=data.numeric, dtype=torch.float64)
    parameters = tensors(subject.network, arrays, subject.parameters.groups)
    return replace(
        subject,
        parameters=parameters,
        data=replace(made, units=data.units, codes=data.codes, categories=data.categories),
        twin=None,
    )


def _compared(
    given: dict[str, Any], subject: Subject, where: str, layout: str, tolerance: float, points: int
) -> GradientReport:
    paths = module_paths(subject)
    # PyTorch's own names stand for PyTorch's own layout.
    turned = any("." in name and canonical(name, paths)[0] == "w" for name in given) and bool(paths)
    quantities = backward_quantities(subject, "oi" if turned else layout)
    by_key = {canonical(name, paths): name for name in given}
    known = {quantity.key for quantity in quantities}
    unknown = tuple(name for name in given if canonical(name, paths) not in known)
    verdicts = []
    for quantity in quantities:
        if quantity.key in by_key:
            name = by_key[quantity.key]
            verdicts.append(_verdict(name, given[name], quantity, subject, where, tolerance))
    if not verdicts:
        names = [quantity.name for quantity in quantities]
        near = nearest(next(iter(given), ""), names)
        hint = f" Did you mean {near!r}?" if near else ""
        raise UsageError(
            f"None of {', '.join(given) or 'the names (there are none)'} is a gradient of this network.{hint} Known: "
            f"{', '.join(names)}."
        )
    missing = tuple(q.name for q in quantities if q.is_parameter and q.key not in by_key)
    return GradientReport(tuple(verdicts), points, unknown, missing)


def _verdict(
    name: str, given: Any, quantity: Quantity, subject: Subject, where: str, tolerance: float
) -> GradientVerdict:
    nothing = (float("nan"), float("nan"), ())
    try:
        found = _as_floats(given)
    except (TypeError, ValueError):
        return GradientVerdict(
            name, quantity.symbol, False, *nothing, f"It is no array of real numbers: {type(given).__name__}.", where
        )
    expected = quantity.expected
    fitted = _fitted(found, expected)
    if fitted is not None:
        scales = (1.0,) if quantity.is_parameter else (1.0, float(subject.units))
        for scale in scales:
            gaps = _gaps(fitted, expected * scale)
            if (gaps <= tolerance).all():
                return GradientVerdict(name, quantity.symbol, True, *_worst(fitted, expected * scale), "", where)
    cause = likely_cause(found, quantity, subject, lambda one, other: _alike(one, other, tolerance))
    numbers = nothing if fitted is None else _worst(fitted, expected)
    return GradientVerdict(name, quantity.symbol, False, *numbers, cause, where)


def _as_floats(given: Any) -> Floats:
    if isinstance(given, torch.Tensor):
        given = given.detach().cpu().numpy()
    found: Floats = np.asarray(given, dtype=np.float64)
    return found


def _fitted(found: Floats, expected: Floats) -> Floats | None:
    """The same numbers in the expected shape, if only axes of length 1 differ."""
    if found.shape == expected.shape:
        return found
    if [n for n in found.shape if n != 1] == [n for n in expected.shape if n != 1]:
        return found.reshape(expected.shape)
    return None


def _gaps(found: Floats, expected: Floats) -> Floats:
    scale = max(float(np.abs(expected).max(initial=0.0)), _LEAST)
    gaps: Floats = np.abs(found - expected) / scale
    return np.where(np.isnan(gaps), np.inf, gaps)


def _alike(found: Floats, expected: Floats, tolerance: float) -> bool:
    return found.shape == expected.shape and bool((_gaps(found, expected) <= tolerance).all())


def _worst(found: Floats, expected: Floats) -> tuple[float, float, tuple[int, ...]]:
    at = tuple(int(each) for each in np.unravel_index(int(_gaps(found, expected).argmax()), expected.shape))
    return float(found[at]), float(expected[at]), at
