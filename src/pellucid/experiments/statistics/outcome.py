"""What a comparison found, as plain data that goes into JSON as it is."""

from typing import Literal

import msgspec

from pellucid.evaluation.metrics.metric import Unit
from pellucid.experiments.statistics.importance import Importance

__all__ = ["Detectable", "Pair", "Standing", "Variant", "Verdict"]

Verdict = Literal["best", "equal", "worse", "untested", "failed"]


class Variant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one variant stands.

    Attributes:
        label: Its name.
        mean: Of its scores, each failure counting as the worst score that was seen; None if every network failed.
        low: Lower end of the mean's corrected interval, the variant on its own; None for one replicate.
        high: Upper end.
        rank: 1 is best; ties in the mean are settled by fewer failures, mean rank and the order of listing.
        mean_rank: The mean over the replicates of its rank on them; ties share.
        failures: Networks without a finite score.
        verdict: ``best``; ``equal`` where it cannot be told apart from the best; ``worse``; ``untested`` where there
            is only one replicate; ``failed`` if every network failed.
    """

    label: str
    mean: float | None
    low: float | None
    high: float | None
    rank: int
    mean_rank: float
    failures: int
    verdict: Verdict


class Pair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One comparison. None stands where there is no test: one replicate, or (error, t) a difference without noise.

    Attributes:
        first: Label of the variant that stands higher.
        second: Label of its rival.
        difference: First minus second in the metric's unit; negative where less is better.
        low: Lower end of the corrected interval of this difference on its own.
        high: Upper end.
        t: The corrected statistic.
        p: Two-sided, of this pair on its own.
        adjusted: p after Holm's correction for all pairs of variants.
    """

    first: str
    second: str
    difference: float
    low: float | None
    high: float | None
    t: float | None
    p: float | None
    adjusted: float | None


class Detectable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The smallest difference that these replicates would have found.

    Attributes:
        difference: In the metric's unit, for the pair of middle noise among the best with its equals.
        power: With this probability, at the level of Holm's first step.
    """

    difference: float
    power: float


class Standing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a comparison found.

    Attributes:
        metric: Its name.
        unit: How differences read, as in ``Metric.unit``.
        greater_is_better: The metric's direction.
        variants: The best first.
        pairs: All of them, or (``against_best``) those of the best with everyone.
        against_best: Whether only pairs with the best are told.
        family: Pairs that the adjusted p values are corrected for: always all pairs of variants with scores.
        chosen: Label of the variant with the best mean.
        detectable: None where nothing was sought in vain, or no test is possible.
        importance: Of the factors; None where none was given, none varies, or the plan is too small.
        replicates: Those that carry evidence of their own; seeds on the same rows are averaged before.
        networks: Of each variant.
        ratio: Held-out rows by training rows.
        freedom: Degrees of freedom of the tests.
        worst: What a failure counts as; None where nothing failed.
        level: Of the tests, 1 minus the coverage of the intervals.
    """

    metric: str
    unit: Unit
    greater_is_better: bool
    variants: tuple[Variant, ...]
    pairs: tuple[Pair, ...]
    against_best: bool
    family: int
    chosen: str
    detectable: Detectable | None
    importance: Importance | None
    replicates: int
    networks: int
    ratio: float
    freedom: float
    worst: float | None
    level: float

    @property
    def equals(self) -> tuple[Variant, ...]:
        """The best and those that cannot be told apart from it, the best first."""
        return tuple(one for one in self.variants if one.verdict in ("best", "equal"))

    @property
    def worse(self) -> tuple[Variant, ...]:
        """Those that are worse than the best, the better first."""
        return tuple(one for one in self.variants if one.verdict == "worse")
