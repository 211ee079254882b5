"""The one scale on which all intervals of a comparison are drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Estimate", "Scale"]

Estimate: TypeAlias = tuple[float | None, float | None, float | None]
"""Mean and both ends of its interval; None where there is none."""

FAR = 5.0
"""What is further off than so many times the distance of the upper quartile would squeeze all others together."""


@dataclass(frozen=True)
class Scale:
    """A range of numbers.

    Attributes:
        low: Its least number.
        high: Its largest; above ``low``.
    """

    low: float
    high: float

    @classmethod
    def of(cls, estimates: Sequence[Estimate], *, greater_is_better: bool) -> "Scale | None":
        """The range that holds all intervals but what is far off; None where there is nothing to be drawn.

        Args:
            estimates: In any order.
            greater_is_better: Which side the best one lies on.
        """
        means = [mean for mean, _, _ in estimates if mean is not None and math.isfinite(mean)]
        if not means:
            return None
        best = max(means) if greater_is_better else min(means)
        gaps = sorted(abs(mean - best) for mean in means)
        # Where most are level, the rest is not far off but the only difference there is.
        reach = FAR * gaps[3 * len(gaps) // 4] or gaps[-1]
        ends = [
            end
            for mean, low, high in estimates
            if mean is not None and abs(mean - best) <= reach
            for end in (mean, low, high)
            if end is not None and math.isfinite(end)
        ]
        low, high = min(ends), max(ends)
        return cls(low, high) if high > low else None

    def share(self, value: float) -> float:
        """Where a number lies: 0 at ``low``, 1 at ``high``, and beyond at the nearer end."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
