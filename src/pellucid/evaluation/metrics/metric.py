"""Metric: what an entry of the registry of metrics is. Its value and its bootstrap are one function of row weights."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pellucid.catalogue import Chosen, Entry
from pellucid.evaluation.metrics.judged import Judged
from pellucid.shapes import Floats

__all__ = ["ChosenMetric", "Measure", "Metric", "Unit", "mean_of", "one_pass", "ratio"]

Measure: TypeAlias = Callable[[Floats], Floats]
"""Row weights ``[..., n]`` to values ``[...]``, NaN where the metric is undefined."""

Unit: TypeAlias = Literal["share", "target", "plain", "loss"]


def one_pass(rows: Judged) -> int:
    """A metric that goes through the rows once."""
    return 1


@dataclass(frozen=True, kw_only=True)
class Metric(Entry):
    """What a metric is called, how it reads and how it is computed.

    Attributes:
        title: Name for people, as it stands in a table's head.
        greater_is_better: Direction; None where the value to be met is ``aim``'s.
        unit: ``share`` (of 1, differences read as points), ``target`` (the target's own unit), ``plain``, or ``loss``
            for a plain number that may be of any size.
        tasks: Tasks that it is defined for.
        measure: From judged rows to the function of row weights; None where they lack what it needs (probabilities, a
            second level). What does not depend on the weights is computed here, once.
        aim: The value of a perfect model, where it is neither the least nor the largest.
        passes: How many times n values one evaluation goes through; resamples are rationed by it.
        counts_rows: Whether it is the mean over rows of something that is either 0 or 1.
    """

    title: str
    greater_is_better: bool | None
    unit: Unit
    tasks: tuple[str, ...]
    measure: Callable[[Judged], Measure | None]
    aim: Callable[[Judged], float | None] = lambda rows: None
    passes: Callable[[Judged], int] = one_pass
    counts_rows: bool = False


class ChosenMetric(Chosen[Metric]):
    """A metric, chosen; metrics have no numbers of their own."""


def mean_of(rows: Floats) -> Measure:
    """The weighted mean of values ``[n]``."""

    def measure(weights: Floats) -> Floats:
        mean: Floats = weights @ rows / weights.sum(axis=-1)
        return mean

    return measure


def ratio(above: Floats, below: Floats) -> Floats:
    """The quotient where ``below`` is positive, else NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: Floats = np.where(below > 0, above / below, np.nan)
    return quotient
