"""Numbers, lists and p values as the sentences write them."""

import math
from collections.abc import Sequence

from pellucid.evaluation.metrics import METRICS
from pellucid.evaluation.metrics.metric import Unit
from pellucid.printable import MINUS, THIN, format_number, printable

__all__ = ["count_of", "difference_text", "ends_text", "names_text", "p_text", "share_text", "unit_of", "value_text"]


def unit_of(metric: str, unit: Unit | None) -> Unit:
    """The metric's own unit where none is given; ``plain`` for a metric that is not registered."""
    return unit or (METRICS[metric].unit if metric in METRICS else "plain")


def value_text(unit: Unit, value: float) -> str:
    """A score: three decimals for shares and plain numbers, else three significant digits."""
    if unit in ("target", "loss"):
        return format_number(value)
    text = f"{value:.3f}"
    return text.lstrip("-") if not float(text) else text.replace("-", MINUS)


def difference_text(unit: Unit, size: float, *, like: float | None = None) -> str:
    """The size of a difference: ``1.2 points`` for shares, else a number with the decimals of ``like``."""
    if unit != "share":
        return format_number(size, like=like)
    text = f"{size * 100:.1f}"
    return f"{text} {'point' if text == '1.0' else 'points'}"


def ends_text(unit: Unit, low: float, high: float) -> str:
    """An interval of differences without its unit: ``0.6 to 1.8``."""
    like = max(abs(low), abs(high))
    if unit != "share":
        return f"{format_number(low, like=like)} to {format_number(high, like=like)}"
    return f"{_points(low)} to {_points(high)}"


def share_text(share: float) -> str:
    """A part in per cent: ``62 %``, and ``< 1 %`` for what is there but rounds to nothing."""
    text = f"{share * 100:.0f}"
    return f"< 1{THIN}%" if text == "0" and share > 0 else f"{text}{THIN}%"


def p_text(p: float, *, least: bool = False) -> str:
    """``p = 0.43``, or ``p ≥ 0.21`` as a bound from below, which rounding must not raise; two significant digits."""
    if p >= 1:
        return "p = 1"
    if p < 0.0001:
        return "p < 0.0001" if not least else "p ≥ 0"
    places = 1 - math.floor(math.log10(p))
    # A bound is rounded down: it has to hold for what it bounds.
    shown = math.floor(p * 10**places * (1 + 1e-12)) / 10**places if least else min(p, 0.99)
    return f"p {'≥' if least else '='} {shown:.{places}f}"


def names_text(names: Sequence[str], *, last: str = "and") -> str:
    """``gelu, relu and tanh``."""
    shown = [printable(name, limit=80) for name in names]
    # Where several factors vary, names hold commas of their own.
    between = "; " if any("," in name for name in shown) else ", "
    return shown[0] if len(shown) == 1 else f"{between.join(shown[:-1])} {last} {shown[-1]}"


def count_of(count: int, total: int) -> str:
    """``3 of 50 networks``, ``all 50 networks``."""
    of = f"{total} network{'' if total == 1 else 's'}"
    return of if count == total == 1 else f"all {of}" if count == total else f"{count} of {of}"


def _points(value: float) -> str:
    text = f"{abs(value) * 100:.1f}"
    return f"{MINUS if value < 0 and float(text) else ''}{text}"
