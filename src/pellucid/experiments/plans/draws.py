"""Random plans: each draw takes one value of every factor, as a function of the seed, its number and the factor alone.

Bergstra and Bengio (2012), "Random search for hyper-parameter optimization", JMLR 13: where few factors matter, draws
try more values of each than a grid of the same size.
"""

import math
import zlib
from collections.abc import Sequence

import numpy as np

from pellucid.errors import UsageError
from pellucid.experiments.plans.factor import Factor, Level
from pellucid.experiments.plans.fields import FIELDS
from pellucid.experiments.plans.grids import MOST_VARIANTS, check_factors
from pellucid.experiments.plans.variant import Variant, name_variants
from pellucid.shapes import Floats

__all__ = ["random_draws"]

_STREAM = 11  # beside those of splits and folds, which are seeded by the same number
_TRIES = 16
_DIGITS = 4  # a draw is what its name says


def random_draws(factors: Sequence[Factor], count: int, seed: int) -> tuple[Variant, ...]:
    """Variants drawn at random, each different; the first ones stay the same when more are drawn.

    Listed values have equal chances. Numbers of an open range are drawn evenly from all of it, or evenly in their
    logarithm, to four digits. A draw that was there before is drawn again.

    Args:
        factors: At least one.
        count: How many; 1 to ``MOST_VARIANTS``.
        seed: Decides the drawing, alone; ≥ 0.

    Raises:
        UsageError: If the factors make no plan, or fewer variants than are to be drawn.
    """
    check_factors(factors)
    if not 1 <= count <= MOST_VARIANTS:
        raise UsageError(f"1 to {MOST_VARIANTS:,} variants can be drawn, found {count:,}.")
    if seed < 0:
        raise UsageError(f"The seed of the draws must be 0 or above, found {seed}.")
    finite = [_all_levels(each) for each in factors]
    known = [levels for levels in finite if levels is not None]
    size = math.prod(len(levels) for levels in known) if len(known) == len(factors) else math.inf
    if count > size:
        raise UsageError(
            f"{count:,} draws were asked for, and {', '.join(map(str, factors))} make {size:,} variants. Draw at most"
            " that many, or take the whole grid."
        )
    uniform = [_uniform(each, count, seed) for each in factors]
    seen: dict[tuple[Level, ...], None] = {}
    for number in range(count):
        for attempt in range(_TRIES):
            drawn = tuple(
                _level(each, levels, float(own[number, attempt]))
                for each, levels, own in zip(factors, finite, uniform, strict=True)
            )
            if drawn not in seen:
                break
        else:
            if math.isinf(size):
                raise UsageError(
                    f"{', '.join(map(str, factors))} leave too little room for {count:,} different draws. Widen the"
                    " ranges, or draw fewer."
                )
            drawn = _next_free(drawn, known, seen)
        seen[drawn] = None
    return name_variants({each.name: [drawn[place] for drawn in seen] for place, each in enumerate(factors)})


def _uniform(factor: Factor, count: int, seed: int) -> Floats:
    """Evenly drawn numbers, 0 ≤ u < 1, for every draw and every attempt ``[count, tries]``."""
    return np.random.default_rng([seed, _STREAM, zlib.crc32(factor.name.encode())]).random((count, _TRIES))


def _ends(factor: Factor) -> tuple[float, float]:
    low, high = factor.values
    assert isinstance(low, int | float) and isinstance(high, int | float)
    return low, high


def _all_levels(factor: Factor) -> Sequence[Level] | None:
    """Everything that can be drawn; None for real numbers."""
    if not factor.open:
        return factor.values
    if FIELDS[factor.name].kind != "whole":
        return None
    low, high = _ends(factor)
    return range(int(low), int(high) + 1, FIELDS[factor.name].step)


def _level(factor: Factor, levels: Sequence[Level] | None, u: float) -> Level:
    if levels is not None and factor.scale != "log":
        return levels[int(u * len(levels))]
    if not factor.open:
        return factor.values[int(u * len(factor.values))]
    low, high = _ends(factor)
    if levels is not None:
        # Every whole number has the share of the logarithm that lies within half a step of it.
        half = FIELDS[factor.name].step / 2
        value = _between(low - half, high + half, u, log=True)
        return levels[min(max(round((value - low) / (2 * half)), 0), len(levels) - 1)]
    value = _between(low, high, u, log=factor.scale == "log")
    # Four digits of what the range leaves open: 0.9 to 0.91 differ in the second digit only.
    digits = _DIGITS + int(math.log10(high / (high - low)))
    return min(max(float(f"{value:.{digits}g}"), low), high)


def _between(low: float, high: float, u: float, *, log: bool) -> float:
    return math.exp(math.log(low) + u * (math.log(high) - math.log(low))) if log else low + u * (high - low)


def _next_free(
    drawn: tuple[Level, ...], levels: Sequence[Sequence[Level]], seen: dict[tuple[Level, ...], None]
) -> tuple[Level, ...]:
    """The first combination after this one, in the order of the grid and round its end, that was not drawn yet."""
    places = [own.index(value) for own, value in zip(levels, drawn, strict=True)]
    while drawn in seen:
        for factor in range(len(places) - 1, -1, -1):
            places[factor] = (places[factor] + 1) % len(levels[factor])
            if places[factor]:
                break
        drawn = tuple(own[place] for own, place in zip(levels, places, strict=True))
    return drawn
