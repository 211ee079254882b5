"""Which varied factor mattered most, and whether any did."""

import dataclasses
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from pellucid.experiments.statistics.binning import Factor, Level, factor_of
from pellucid.experiments.statistics.holm import holm
from pellucid.experiments.statistics.paired import paired_tests
from pellucid.experiments.statistics.replicates import Replicates
from pellucid.experiments.statistics.shares import Shares, draw_shares, grid_shares, is_full_grid
from pellucid.shapes import Floats

__all__ = ["FactorImportance", "Importance", "LevelMean", "weigh_factors"]

MOST_LEVELS = 5
"""Bins that a numeric factor of a random plan is given at most."""
VARIANTS_A_LEVEL = 2
"""Variants to each free level of an additive model; with fewer it explains everything and says nothing."""


class LevelMean(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What variants of one level score, all else equal.

    Attributes:
        label: The level in words; ``0.0012 to 0.0046`` for a bin.
        mean: In the metric's unit; of a random plan adjusted for the other factors.
        variants: How many have it.
    """

    label: str
    mean: float
    variants: int


class FactorImportance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much one factor mattered.

    Attributes:
        name: Of the factor.
        share: Part of the differences between variants that it makes on its own, noise subtracted, in [0, 1]; None
            where the plan cannot separate it from the other factors.
        p: That no level of it differs from any other, corrected for all pairs of levels of all factors; None where
            there is no test.
        best: The best level.
        levels: In their order.
    """

    name: str
    share: float | None
    p: float | None
    best: str
    levels: tuple[LevelMean, ...]


class Importance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the differences between variants come from; shares, ``rest`` and ``noise`` sum to 1.

    Attributes:
        plan: ``grid`` (exact) or ``draws`` (an additive model, bins of numeric factors).
        factors: The weightiest first.
        rest: What factors do only together; of draws also what the model does not describe.
        noise: What chance makes; None where one replicate cannot show it, and ``rest`` includes it.
    """

    plan: str
    factors: tuple[FactorImportance, ...]
    rest: float
    noise: float | None


def weigh_factors(
    replicates: Replicates, levels: Mapping[str, Sequence[Level]], *, greater_is_better: bool
) -> Importance | None:
    """The importance of every factor that varies; None where none does or the plan is too small to tell.

    A share is not yet evidence. A factor is believed to matter where two of its levels differ in the corrected paired
    test over the replicates, Holm's correction for all pairs of levels of all factors; of a random plan the F test of
    its share has to agree, since the draws are luck too and are the same on every replicate.

    Args:
        replicates: The scores; failures count, since a level that makes networks diverge matters.
        levels: Level of every variant, by factor.
        greater_is_better: The metric's direction.
    """
    count = len(replicates.scores)
    varied = {name: told for name, told in levels.items() if len(factor_of(name, told).labels) > 1}
    factors = [factor_of(name, told) for name, told in varied.items()]
    if not factors:
        return None
    if grid := is_full_grid(factors, count):
        shares = grid_shares(replicates, factors)
    else:
        fewer = _binned(varied, count)
        if fewer is None:
            return None
        factors, shares = fewer, draw_shares(replicates, fewer)
    p = np.maximum(_level_tests(replicates, shares), shares.p)
    told = [
        FactorImportance(
            name=factor.name,
            share=_known(shares.factors[place]),
            p=None if np.isnan(shares.factors[place]) else _known(p[place]),
            best=factor.labels[int(np.argmax(means) if greater_is_better else np.argmin(means))],
            levels=tuple(
                LevelMean(label=label, mean=float(mean), variants=int(size))
                for label, mean, size in zip(factor.labels, means, np.bincount(factor.codes), strict=True)
            ),
        )
        for place, factor in enumerate(factors)
        for means in (shares.effects[place].mean(axis=1),)
    ]
    return Importance(
        plan="grid" if grid else "draws",
        factors=tuple(sorted(told, key=lambda factor: -1.0 if factor.share is None else factor.share, reverse=True)),
        rest=float(shares.rest),
        noise=_known(shares.noise),
    )


def _binned(varied: Mapping[str, Sequence[Level]], variants: int) -> list[Factor] | None:
    """The factors in as many bins as the variants can carry, 2 at least; None where even these are too many."""
    for most in range(MOST_LEVELS, 1, -1):
        factors = [factor_of(name, told, most=most) for name, told in varied.items()]
        factors = [factor for factor in factors if len(factor.labels) > 1]
        if variants >= VARIANTS_A_LEVEL * (1 + sum(len(factor.labels) - 1 for factor in factors)):
            return factors or None
    return None


def _level_tests(replicates: Replicates, shares: Shares) -> Floats:
    """The smallest adjusted p of every factor's pairs of levels ``[f]``; NaN for one replicate."""
    first, second, owner, start = [], [], [], 0
    for place, effect in enumerate(shares.effects):
        one, other = np.triu_indices(len(effect), 1)
        first.append(one + start)
        second.append(other + start)
        owner.append(np.full(len(one), place))
        start += len(effect)
    # Levels stand in for variants: the mean of variants that share a level is a score on the same replicates.
    levels = dataclasses.replace(replicates, scores=np.concatenate(shares.effects))
    p = paired_tests(levels, np.concatenate(first), np.concatenate(second)).p
    if np.isnan(p).any():
        return np.full(len(shares.effects), np.nan)
    adjusted = holm(p)
    owners = np.concatenate(owner)
    return np.array([adjusted[owners == place].min() for place in range(len(shares.effects))])


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
