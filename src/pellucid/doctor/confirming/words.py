"""What trials have shown, in one sentence."""

from pellucid.doctor.confirming.order import Shown
from pellucid.records import Finding

__all__ = ["told"]


def told(finding: Finding, fault: Shown | None, fixed: Shown | None) -> str:
    """Such as ``60 steps with the fix on a copy: loss 0.69 → 0.58 (without: 0.00 → 0.00), and the finding is gone``.

    Args:
        finding: What the fix is meant to mend.
        fault: What the program as it is has shown in as many steps; None if it gave no answer.
        fixed: The same with the fix.
    """
    if fixed is None:
        return "the copy with the fix gave no answer in its time, so nothing is known about it"
    start = f"{_steps(fixed.steps)} with the fix on a copy"
    if fixed.crash:
        also = "; without it, too" if fault is not None and fault.crash == fixed.crash else ""
        return f"{start}, then it stopped with {fixed.crash}{also}: this fix alone is not enough"
    losses, (link, verdict) = _losses(fault, fixed), _verdict(finding, fault, fixed)
    return f"{start}: {losses}, {link}{verdict}" if losses else f"{start}: {verdict}"


def _steps(count: int) -> str:
    return f"{count} step{'' if count == 1 else 's'}"


def _losses(fault: Shown | None, fixed: Shown) -> str:
    """Empty for a program that passes no loss back."""
    if fixed.course is None:
        return ""
    without = None if fault is None else fault.crash or (fault.course and _course(fault.course))
    return f"loss {_course(fixed.course)}" + (f" (without: {without})" if without else "")


def _course(ends: tuple[float | None, float | None]) -> str:
    first, last = ends
    return f"{_number(first)} → {_number(last)}"


def _number(value: float | None) -> str:
    """Two decimals where they say something, three digits elsewhere."""
    if value is None:
        return "no number"
    return f"{value:.2f}" if value == 0 or 0.1 <= abs(value) < 1000 else f"{value:.3g}"


def _verdict(finding: Finding, fault: Shown | None, fixed: Shown) -> tuple[str, str]:
    """What has become of the finding, and the word that joins it to what stands before."""
    before, now = 0 if fault is None else fault.counts.get(finding.code, 0), fixed.counts.get(finding.code, 0)
    if fault is None and not now:
        return "and ", "the finding does not show"
    if not before and not now:
        return "", "too few for the finding to show, with the fix or without"
    if now >= before:
        return "but ", "the finding is still there"
    new = [f"{code} {name}" for code, name in fixed.errors.items() if fault is None or code not in fault.errors]
    return "and ", "the finding is gone" + (f", but another shows: {', '.join(new)}" if new else "")
