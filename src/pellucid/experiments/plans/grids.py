"""Plans that take every value: grids of all combinations, and paths along one number."""

import math
from collections.abc import Sequence
from itertools import product

from pellucid.errors import UsageError
from pellucid.experiments.plans.factor import Factor
from pellucid.experiments.plans.variant import Variant, name_variants

__all__ = ["MOST_VARIANTS", "check_factors", "grid", "path"]

MOST_VARIANTS = 100_000
"""Variants of one plan at most; more are a slip of the pen, or a matter for random draws."""


def grid(factors: Sequence[Factor]) -> tuple[Variant, ...]:
    """All combinations; the last factor changes fastest.

    Args:
        factors: At least one, none of them an open range.

    Raises:
        UsageError: If there are no factors, two of them contradict each other, one is an open range, or the grid would
            have more than ``MOST_VARIANTS`` variants.
    """
    check_factors(factors)
    for each in factors:
        _check_points(each, "a grid", otherwise=", or add --draws 100 (draws=100) to draw variants at random")
    count = math.prod(len(each.values) for each in factors)
    if count > MOST_VARIANTS:
        sizes = " × ".join(f"{len(each.values):,} {each.name}" for each in factors)
        raise UsageError(
            f"{sizes} make a grid of {count:,} variants, and {MOST_VARIANTS:,} are the most. Give fewer values, or add"
            " --draws 100 (draws=100) to draw so many of the variants at random."
        )
    combinations = list(product(*(each.values for each in factors)))
    return name_variants({each.name: [levels[place] for levels in combinations] for place, each in enumerate(factors)})


def path(factor: Factor) -> tuple[Variant, ...]:
    """The values of one number in the order given, such as strengths of a penalty.

    Args:
        factor: Of numbers, at least two.

    Raises:
        UsageError: If it is not one of numbers, an open range, or a single value.
    """
    _check_points(factor, "a path")
    if factor.scale == "named":
        raise UsageError(f"A path goes along numbers, and {factor} has other values. Vary it in a grid.")
    if len(factor.values) < 2:
        raise UsageError(
            f"A path needs two values at least, found {factor}. Write a range, such as l2=1e-3:1e3:log:20."
        )
    return name_variants({factor.name: factor.values})


def check_factors(factors: Sequence[Factor]) -> None:
    """Refuse factors that make no plan together.

    Raises:
        UsageError: If there are none, one stands twice, or two set the same thing.
    """
    names = [each.name for each in factors]
    if not names:
        raise UsageError("Nothing is varied. Name a factor and its values, such as activation=relu,gelu.")
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{name} is varied twice. Write all its values once: {name}=….")
    for name in ("width", "depth"):
        if name in names and "hidden" in names:
            raise UsageError(
                f"hidden gives the width of every layer, and {name} would change what it gives. Vary either hidden, or"
                " width and depth."
            )


def _check_points(factor: Factor, plan: str, *, otherwise: str = "") -> None:
    if factor.open:
        raise UsageError(
            f"{factor} is a range without points, and {plan} needs some. Write {factor}:7 for seven of them{otherwise}."
        )
