"""The notation of a factor: ``activation=relu,gelu``, ``lr=1e-4:1e-1:log:7``, ``hidden=64-64,32,none``.

Values stand between commas; commas inside of brackets belong to the value: ``loss=huber(delta=1),mse``. A range of
numbers is ``first:last:count``, evenly spaced with both ends, or ``first:last:log:count`` with even ratios; without a
count it is open, for random draws.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np

from pellucid.catalogue import split_list
from pellucid.errors import UsageError
from pellucid.experiments.plans.factor import Factor, Level
from pellucid.experiments.plans.fields import Field, find_field
from pellucid.experiments.plans.grids import MOST_VARIANTS

__all__ = ["factor", "read_factor", "read_factors"]

_SPACINGS = ("linear", "log")


def read_factors(vary: Mapping[str, Any] | Iterable[str]) -> tuple[Factor, ...]:
    """All factors of a plan, in the order given.

    Args:
        vary: Texts in the notation, or factor → values as ``factor`` takes them.

    Raises:
        UsageError: If a factor is given twice, or a value does not make sense.
        UnknownNameError: If a factor or a value is not known; offers the nearest.
    """
    if isinstance(vary, str):
        vary = [vary]
    if isinstance(vary, Mapping):
        found = tuple(factor(str(name), values) for name, values in vary.items())
    else:
        found = tuple(map(read_factor, vary))
    seen: set[str] = set()
    for each in found:
        if each.name in seen:
            raise UsageError(f"{each.name} is varied twice. Write all its values once: {each.name}=….")
        seen.add(each.name)
    return found


def read_factor(text: str) -> Factor:
    """The factor that ``name=values`` stands for.

    Raises:
        UsageError: If it cannot be read, or a value does not make sense.
        UnknownNameError: If the factor or a value is not known; offers the nearest.
    """
    name, equals, values = text.partition("=")
    if not equals or not name.strip() or not values.strip():
        raise UsageError(
            f"{text!r} cannot be read. Write a factor and its values, such as activation=relu,gelu or"
            " lr=1e-4:1e-1:log:7."
        )
    return factor(name, values)


def factor(name: str, values: Any) -> Factor:
    """A factor from its values. Equal values are taken once, by the first name that was given, as in ``silu,swish``.

    Args:
        name: A field of the recipe; ``width`` and ``depth`` set the width of all hidden layers and their number,
            ``network`` is another name of ``hidden``.
        values: Text in the notation, or values as a recipe takes them: ``[1e-3, 1e-2]``, ``[(64, 64), (32,)]``,
            ``["relu", pl.activation("leaky_relu", slope=0.2)]``. A single value holds for all variants.

    Raises:
        UsageError: If a value does not make sense; names the factor and the value.
        UnknownNameError: If the factor or a value is not known; offers the nearest.
    """
    name, field = find_field(name)
    found: list[Level] = []
    spacings: list[str] = []
    items = _items(name, values)
    for item in items:
        if not (field.numeric and isinstance(item, str) and ":" in item):
            found.append(field.read(name, item))
            continue
        first, last, spacing, count = _range(name, field, item)
        if count is None:
            if len(items) > 1:
                raise UsageError(
                    f"{name}={item} is a range without a count, which stands alone. Give it a count, such as {item}:7."
                )
            ends = tuple(sorted((first, last)))
            return Factor(name, ends, spacing, open=True)
        spacings.append(spacing)
        found += [field.read(name, value) for value in _points(field, first, last, spacing, count)]
    first_of: dict[Any, Level] = {}
    for value in found:
        first_of.setdefault(field.identity(value), value)
    different = tuple(first_of.values())
    return Factor(name, different, _scale(field, different, spacings))


def _items(name: str, values: Any) -> list[Any]:
    values = values.tolist() if hasattr(values, "tolist") else values
    if isinstance(values, str):
        items: list[Any] = split_list(values, f"{name}={values}")
        if not all(item.strip() for item in items):
            raise UsageError(
                f"{name}={values} has an empty place beside a comma. Write a value there, or leave it out."
            )
    elif isinstance(values, Mapping):
        raise UsageError(f"{name} takes values, found {values!r}.")
    elif hasattr(values, "__iter__"):
        items = list(values)
    else:
        items = [values]
    if not items:
        raise UsageError(f"{name} has no values. Write some, such as {name}=….")
    return items


def _range(name: str, field: Field, text: str) -> tuple[float, float, Literal["linear", "log"], int | None]:
    """First, last, spacing and count of a range; the count is None where it is open."""
    whole = f"{name}={text.strip()}"
    first, last, *rest = (part.strip() for part in text.split(":"))
    spacing = "linear"
    if rest and rest[0].casefold() in _SPACINGS:
        spacing = rest.pop(0).casefold()
    if len(rest) > 1 or (rest and not rest[0].isdecimal()):
        raise UsageError(
            f"{whole} cannot be read. A range is first:last:count or first:last:log:count, and without a count for"
            " random draws."
        )
    low, high = field.read(name, first), field.read(name, last)
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        raise UsageError(f"{whole}: the ends of a range are numbers.")
    if low == high:
        raise UsageError(f"{whole}: the ends of a range must differ. Write {name}={first}.")
    if spacing == "log" and min(low, high) <= 0:
        raise UsageError(
            f"{whole}: both ends of a logarithmic range must be above 0. Write 0 beside the range, as in"
            f" {name}=0,1e-3:1:log:4."
        )
    count = int(rest[0]) if rest else None
    if count is not None and not 2 <= count <= MOST_VARIANTS:
        raise UsageError(f"{whole}: a range has 2 to {MOST_VARIANTS:,} points, found {count}.")
    return low, high, "log" if spacing == "log" else "linear", count


def _points(field: Field, first: float, last: float, spacing: str, count: int) -> list[float]:
    """Points of a range; whole numbers are rounded, and both ends are exactly as given."""
    spaced = (np.geomspace if spacing == "log" else np.linspace)(first, last, count)
    if field.kind == "whole":
        inner: list[float] = [field.step * round(value / field.step) for value in spaced.tolist()]
    else:
        # 1e-3 and not 9.999999999999998e-4, as a person would have written it.
        inner = [float(f"{value:.12g}") for value in spaced.tolist()]
    return [first, *inner[1:-1], last]


def _scale(field: Field, values: tuple[Level, ...], spacings: list[str]) -> Literal["named", "linear", "log"]:
    numbers = [value for value in values if isinstance(value, int | float)]
    if not field.numeric or len(numbers) < len(values):
        return "named"
    if min(numbers) <= 0:
        return "linear"
    # Listed numbers over a decade or more are meant as ratios.
    wide = math.log10(max(numbers)) - math.log10(min(numbers)) >= 1
    return "log" if "log" in spacings or (wide and not spacings) else "linear"
