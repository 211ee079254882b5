"""Heads of numbers: values, rates, means with variances, quantiles ``[p, b]``."""

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.heads.entry import Head, Numbers, mean
from pellucid.heads.labels import one_per_column
from pellucid.shapes import Array, Floats

__all__ = ["EXP", "IDENTITY", "MEAN_AND_VARIANCE", "QUANTILES"]


def _mixture(predictions: Floats, weights: Floats | None) -> Floats:
    """Mean and variance of the mixture of the members: the variance of their means comes on top."""
    half = predictions.shape[1] // 2
    means, variances = predictions[:, :half], predictions[:, half:]
    centre = mean(means, weights)
    return np.concatenate([centre, mean(variances + np.square(means - centre), weights)])


def _mean_and_variance(z: Floats, numbers: Numbers) -> Floats:
    half, least = z.shape[1] // 2, numbers["eps"]
    assert isinstance(least, float)
    return np.concatenate([z[:, :half], np.maximum(np.exp(z[:, half:]), least)], axis=1)


def _levels(numbers: Numbers) -> tuple[float, ...]:
    levels = numbers["levels"]
    assert isinstance(levels, tuple)
    return levels


def _middle(predictions: Floats, numbers: Numbers) -> Array:
    """The quantile whose level is nearest to ½, the lower one of two, as the one value ``[1, b]``."""
    distances = [abs(level - 0.5) for level in _levels(numbers)]
    place = distances.index(min(distances))
    return predictions[place : place + 1]


def _all(predictions: Floats, numbers: Numbers) -> Array:
    return predictions


IDENTITY = Head(
    name="identity",
    formula="y = z",
    purpose="Numbers, as the outputs are.",
    source="common",
    gives="values",
    tasks=("regression", "count", "quantile", "reconstruction"),
    outputs=one_per_column,
    predict=lambda z, numbers: z,
    decide=_all,
    decision="the values themselves",
)
EXP = Head(
    name="exp",
    formula="y = e^z",
    purpose="Rates of counts, from outputs that are logarithms of rates.",
    source="Nelder & Wedderburn (1972), Generalized linear models, §2.2",
    gives="values",
    tasks=("count", "regression"),
    outputs=one_per_column,
    predict=lambda z, numbers: np.exp(z),
    decide=_all,
    decision="the rates themselves",
)
MEAN_AND_VARIANCE = Head(
    name="mean_and_variance",
    formula="μ = z of the first half, σ² = max(e^z, eps) of the second",
    purpose="Numbers with their own uncertainty: all means, then all variances, from logarithms of variances.",
    source="Nix & Weigend (1994), Estimating the mean and variance of the target probability distribution",
    parameters=(Parameter(name="eps", default=1e-6, meaning="least variance", low=0, open_low=True),),
    gives="values",
    tasks=("regression",),
    outputs=lambda target, numbers: 2 * target.columns,
    predict=_mean_and_variance,
    average=_mixture,
    decide=lambda predictions, numbers: predictions[: len(predictions) // 2],
    decision="the mean",
)
QUANTILES = Head(
    name="quantiles",
    formula="q_k = z_k",
    purpose="Quantiles of a number, one output per level.",
    source="Koenker & Bassett (1978), Regression quantiles",
    parameters=(
        Parameter(
            name="levels",
            default=(0.5,),
            meaning="shares of the targets below each quantile",
            kind="numbers",
            low=0,
            high=1,
            open_low=True,
            open_high=True,
            structural=True,
        ),
    ),
    gives="quantiles",
    tasks=("quantile", "regression"),
    outputs=lambda target, numbers: len(_levels(numbers)),
    predict=lambda z, numbers: z,
    decide=_middle,
    decision="the quantile nearest to the median",
)
