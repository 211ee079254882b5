"""What came out of comparing derivatives written by hand."""

from dataclasses import dataclass

import numpy as np

from pellucid.explain.numbers import written
from pellucid.records import Finding, Severity

__all__ = ["GradientReport", "GradientVerdict"]

_SLUG = "wrong-hand-gradient"


@dataclass(frozen=True)
class GradientVerdict:
    """One quantity compared.

    Attributes:
        name: As it was given: ``dW2``.
        quantity: What it is: ``∂L/∂W^(2)``.
        right: Whether it agrees.
        found: The number that is furthest off; NaN where shapes do not allow a comparison.
        expected: What it should be.
        index: Its place in the array.
        cause: What has most likely gone wrong; empty where nothing has.
        where: ``the given point``, or ``weights drawn by seed 2``.
    """

    name: str
    quantity: str
    right: bool
    found: float
    expected: float
    index: tuple[int, ...]
    cause: str
    where: str

    def __str__(self) -> str:
        if self.right:
            return f"{self.name} ({self.quantity}) is right."
        numbers = ""
        if np.isfinite(self.expected):
            at = f"[{', '.join(str(number) for number in self.index)}]" if self.index else ""
            numbers = f": {self.name}{at} is {written(self.found)}, and {written(self.expected)} is right"
        return f"{self.name} ({self.quantity}) is wrong at {self.where}{numbers}. {self.cause}"


@dataclass(frozen=True)
class GradientReport:
    """What came out; true if everything that was given is right.

    Attributes:
        verdicts: In the order of computation, from the loss back; at the first point where something is wrong.
        points: Points that were looked at.
        unknown: Names that mean no quantity of this network.
        missing: Parameters whose gradient was not given.
    """

    verdicts: tuple[GradientVerdict, ...]
    points: int
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.first is None

    @property
    def first(self) -> GradientVerdict | None:
        """The first that is wrong; those after it may only follow from it."""
        return next((verdict for verdict in self.verdicts if not verdict.right), None)

    @property
    def finding(self) -> Finding | None:
        """The first that is wrong, as a finding of rule G212; None where all are right."""
        first = self.first
        if first is None:
            return None
        return Finding(
            code="G212",
            slug=_SLUG,
            severity=Severity.ERROR,
            message=str(first),
            fix=first.cause,
            evidence={"name": first.name, "found": first.found, "expected": first.expected, "index": list(first.index)},
        )

    def __str__(self) -> str:
        first = self.first
        counted = f"{len(self.verdicts)} gradient{'s' if len(self.verdicts) != 1 else ''}"
        points = "" if self.points == 1 else f" at {self.points} points"
        lines = [f"{counted} compared{points}: all are right."]
        if first is not None:
            followers = sum(not verdict.right for verdict in self.verdicts) - 1
            lines = [f"G212 {_SLUG}", f"  {first}"]
            if followers:
                lines.append(
                    f"  {followers} further gradient{'s are' if followers > 1 else ' is'} wrong too, which may follow "
                    "from this one."
                )
        if self.missing:
            lines.append(f"  Not given: {', '.join(self.missing)}.")
        if self.unknown:
            lines.append(f"  Not known here: {', '.join(self.unknown)}.")
        return "\n".join(lines)
