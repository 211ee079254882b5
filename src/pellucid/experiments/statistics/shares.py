"""How much of the differences between variants each factor makes: exact for full grids, by least squares for draws."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pellucid.experiments.statistics.binning import Factor
from pellucid.experiments.statistics.holm import holm
from pellucid.experiments.statistics.replicates import Replicates
from pellucid.shapes import Floats

__all__ = ["Shares", "draw_shares", "grid_shares", "is_full_grid"]


@dataclass(frozen=True)
class Shares:
    """Parts of the variance of the variants' means; they sum to 1 with ``rest`` and ``noise``.

    Attributes:
        factors: Of every factor ``[f]``; NaN where the factor cannot be separated from the others.
        rest: Of what the factors do only together and, of a random plan, of what bins and sums do not describe.
        noise: Of chance; NaN where one replicate cannot show it, and ``rest`` includes it.
        p: That the design alone makes so large a share ``[f]``, corrected for all factors (Holm); 0 for full grids.
        effects: Every factor's levels on every replicate, ``[levels, r]`` each: what a variant of that level scores,
            all else equal.
    """

    factors: Floats
    rest: float
    noise: float
    p: Floats
    effects: tuple[Floats, ...]


def is_full_grid(factors: Sequence[Factor], variants: int) -> bool:
    """Whether every combination of levels was tried exactly once."""
    cells = {tuple(codes) for codes in np.stack([factor.codes for factor in factors], axis=1).tolist()}
    return len(cells) == variants == int(np.prod([len(factor.labels) for factor in factors]))


def grid_shares(replicates: Replicates, factors: Sequence[Factor]) -> Shares:
    """The functional ANOVA of a full grid: main effects, and the rest.

    Hutter, Hoos & Leyton-Brown (2014), "An efficient approach for assessing hyperparameter importance", section 3:
    V = mean (m − m̄)², V_j = mean over the levels l of (m̄_jl − m̄)², with m̄_jl the mean of all variants at that level.
    Here the variants are all there, so no surrogate model stands in for them.

    Means of noisy scores differ where nothing differs, so noise is subtracted: an effect is itself a mean over the
    replicates, its noise has the variance (1/r + n_test/n_train)·s² of ``Replicates``, and E[ā²] = a² + that variance.
    What is left is cut off at 0, and what was subtracted is told as noise.
    """
    scores = replicates.scores
    grand = scores.mean(axis=0)
    effects = tuple(_level_means(scores, factor) for factor in factors)
    total, total_noise = _power(replicates, scores - grand)
    parts = [_power(replicates, effect - grand) for effect in effects]
    rest = max(0.0, total - sum(observed for observed, _ in parts))
    rest_noise = max(0.0, total_noise - sum(noise for _, noise in parts))
    if total <= 0:
        return Shares(np.zeros(len(factors)), 0.0, 0.0, np.zeros(len(factors)), effects)
    real = np.array([max(0.0, observed - noise) for observed, noise in parts])
    combined = max(0.0, rest - rest_noise)
    noise = total - real.sum() - combined
    known = replicates.count > 1
    return Shares(
        real / total, combined / total, max(0.0, noise / total) if known else np.nan, np.zeros(len(factors)), effects
    )


def draw_shares(replicates: Replicates, factors: Sequence[Factor]) -> Shares:
    """Shares for a random or incomplete plan: an additive least-squares model of the variants' means.

    The share of a factor is what its removal costs, less what any factor of that many levels would explain by chance:
    ε² = (SS_j − df_j·MS_residual) / SS_total, Kelley (1935), "An unbiased correlation ratio measure". The residual
    holds the noise, the interactions and the differences within a bin. Its F test says whether the draws alone, with
    other factors' luck, make such a share.
    """
    scores = replicates.scores
    means = scores.mean(axis=1)
    total = float(((means - means.mean()) ** 2).sum())
    full = _design(factors)
    rank = int(np.linalg.matrix_rank(full))
    free = len(means) - rank
    left = _residual(full, means)
    coefficients = np.linalg.pinv(full) @ scores
    effects, start = [], 1
    for factor in factors:
        own = coefficients[start : start + len(factor.labels)]
        weights = np.bincount(factor.codes, minlength=len(own)) / len(means)
        effects.append(scores.mean(axis=0) + own - weights @ own)
        start += len(factor.labels)
    if total <= 0:
        return Shares(np.zeros(len(factors)), 0.0, 0.0, np.ones(len(factors)), tuple(effects))
    shares, p = np.full(len(factors), np.nan), np.full(len(factors), np.nan)
    for place in range(len(factors)):
        without = _design([factor for other, factor in enumerate(factors) if other != place])
        levels = rank - int(np.linalg.matrix_rank(without))
        if levels:
            gained = max(0.0, _residual(without, means) - left)
            shares[place] = max(0.0, gained - levels * left / free) / total
            p[place] = float(stats.f.sf(gained / levels / (left / free), levels, free)) if left > 0 else 0.0
    # Shares of factors that were not drawn independently overlap and can exceed the whole.
    shares /= max(1.0, float(np.nansum(shares)))
    spare = 1.0 - float(np.nansum(shares))
    noise = np.nan
    if replicates.count > 1:
        observed, chance = _power(replicates, scores - scores.mean(axis=0))
        noise = min(spare, chance / observed)
    separate = ~np.isnan(p)
    p[separate] = holm(p[separate])
    return Shares(shares, max(0.0, spare - np.nan_to_num(noise)), noise, p, tuple(effects))


def _level_means(scores: Floats, factor: Factor) -> Floats:
    return np.stack([scores[factor.codes == level].mean(axis=0) for level in range(len(factor.labels))])


def _power(replicates: Replicates, effects: Floats) -> tuple[float, float]:
    """Mean square of effects ``[l, r]`` as observed, and the part of it that noise would make alone."""
    observed = float((effects.mean(axis=1) ** 2).mean())
    if replicates.count < 2:
        return observed, 0.0
    return observed, float((effects.var(axis=1, ddof=1) * replicates.variance_factor).mean())


def _design(factors: Sequence[Factor]) -> Floats:
    # One column a level; the pseudo-inverse settles that they sum to the first column.
    rows = len(factors[0].codes) if factors else 0
    return np.concatenate([np.ones((rows, 1)), *(np.eye(len(each.labels))[each.codes] for each in factors)], axis=1)


def _residual(design: Floats, means: Floats) -> float:
    centred = means - means.mean()
    if not design.size:
        return float((centred**2).sum())
    fitted = design @ np.linalg.lstsq(design, centred, rcond=None)[0]
    return float(((centred - fitted) ** 2).sum())
