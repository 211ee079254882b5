"""Quantile-normal: every value becomes the normal score of its rank."""

from collections.abc import Mapping
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from pellucid.catalogue import Parameter, Value
from pellucid.encoding.expressions.entry import Expression
from pellucid.encoding.expressions.fitted import AbstractExpression
from pellucid.shapes import Floats

__all__ = ["QUANTILE_NORMAL", "Quantiles"]

_LEAST = 1e-7
"""Ranks are kept so far from 0 and 1, as scikit-learn does: scores within ±5.2."""


class Quantiles(AbstractExpression, frozen=True, kw_only=True, tag="quantiles"):
    """Straight pieces between pairs of a value and its score.

    Attributes:
        values: Quantiles of the training rows, rising, at least two.
        scores: What each becomes, rising.
    """

    values: tuple[float, ...]
    scores: tuple[float, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.values) == len(self.scores):
            raise ValueError("quantiles come with as many scores, two at least")
        for numbers in (self.values, self.scores):
            if any(second <= first for first, second in pairwise(numbers)):
                raise ValueError("quantiles and their scores rise")

    def forward(self, values: Floats) -> Floats:
        """Scores; beyond the training rows that of their end."""
        return np.interp(values, self.values, self.scores)

    def inverse(self, values: Floats) -> Floats:
        """Values in the user's unit; never beyond the training rows."""
        return np.interp(values, self.scores, self.values)


def _quantile_normal(values: Floats, numbers: Mapping[str, Value]) -> Quantiles:
    wanted = numbers["quantiles"]
    assert isinstance(wanted, int)
    levels = np.linspace(0.0, 1.0, min(wanted, len(values)))
    found = np.maximum.accumulate(np.quantile(values, levels))
    quantiles, first, count = np.unique(found, return_index=True, return_counts=True)
    # A value that many rows share gets the middle of its ranks. scikit-learn gives 0 or 1 to one at the end: where a
    # third of the rows is 0, they would all stand at −5.2.
    ranks = (levels[first] + levels[first + count - 1]) / 2.0
    normal = NormalDist()
    scores = [normal.inv_cdf(float(rank)) for rank in np.clip(ranks, _LEAST, 1.0 - _LEAST)]
    return Quantiles(
        values=tuple(quantiles.tolist()),
        scores=tuple(scores),
        low=float(values.min()),
        high=float(values.max()),
    )


QUANTILE_NORMAL = Expression(
    name="quantile_normal",
    formula="Φ⁻¹(rank of x among the training rows), straight between quantiles, within ±5.2",
    inverse="the training rows' quantile of rank Φ(z), never beyond their ends",
    comes_back="near the median",
    purpose="Values of any shape become normally distributed: order is kept, distances are not.",
    source="Conover, Iman (1981), Rank transformations as a bridge between parametric and nonparametric statistics",
    aliases=("QuantileTransformer", "normal_scores"),
    parameters=(
        Parameter(
            name="quantiles",
            default=1000,
            kind="whole",
            low=2,
            high=100_000,
            meaning="how many quantiles are kept, at most one a row",
        ),
    ),
    fit=_quantile_normal,
)
