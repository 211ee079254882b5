"""Sums of products as they are told: the largest terms one by one, the rest together."""

from collections.abc import Callable, Sequence

import numpy as np

from pellucid.explain.numbers import factor, written
from pellucid.explain.view import MOST, most
from pellucid.shapes import Floats

__all__ = ["told_sum"]


def told_sum(
    name: Callable[[int], str],
    left: Floats,
    right: Floats,
    *,
    last: Sequence[tuple[str, float]] = (),
    count: int = MOST,
) -> tuple[str, str]:
    """Σ left·right (+ last), in symbols and in numbers.

    Args:
        name: ``w_12·x_2`` for a place.
        left: First factors ``[i]``.
        right: Second factors ``[i]``.
        last: Symbols and values that are added at the end.
        count: Terms that are told one by one.
    """
    terms = left * right
    places = most(np.nan_to_num(np.abs(terms)), count=count)
    symbols = [name(place) for place in places]
    numbers = [f"{factor(left[place])}·{factor(right[place])}" for place in places]
    hidden = len(terms) - len(places)
    if hidden:
        rest = float(np.delete(terms, places).sum())
        symbols.append(f"… {hidden} more")
        numbers.append(f"… {hidden} more = {written(rest)}")
    symbols += [symbol for symbol, _ in last]
    numbers += [factor(value) for _, value in last]
    return " + ".join(symbols) or "0", " + ".join(numbers) or "0"
