"""Numbers as people read them: three significant decimals, thin spaces between thousands, a true minus sign.

The command line and the report both write through these functions, so that one number reads the same in both.
"""

from pellucid.evaluation.metrics import METRICS
from pellucid.printable import MINUS, THIN, format_number, grouped
from pellucid.records import Score

__all__ = [
    "format_count",
    "format_difference",
    "format_interval",
    "format_number",
    "format_percent",
    "format_score",
    "format_seconds",
    "format_value",
    "plural",
]


def format_count(count: int) -> str:
    """A whole number: ``26 048``."""
    return grouped(count).replace("-", MINUS)


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: ``1 row``, ``1 338 rows``."""
    return f"{format_count(count)} {one if count == 1 else many or one + 's'}"


def format_value(metric: str, value: float) -> str:
    """A metric's value: three decimals for shares and plain numbers, else ``format_number``."""
    if METRICS[metric].unit in ("target", "loss"):
        return format_number(value)
    if METRICS[metric].greater_is_better is not False and 0.9995 <= value < 1:
        # 0.9997 must not read as 1.000, the one number that promises there was no mistake.
        return f"{min(value, 0.9999):.4f}"
    return _rounded(value, 3)


def format_interval(metric: str, low: float | None, high: float | None) -> str:
    """An interval's two ends: ``0.77–0.88``, narrow ones with a third decimal; empty for none or a mere point."""
    if low is None or high is None or low == high:
        return ""
    if METRICS[metric].unit == "target":
        return f"{format_number(low)}–{format_number(high)}"
    if METRICS[metric].unit == "loss":
        return f"{format_number(low, like=high)}–{format_number(high)}"
    decimals = 2 if high - low >= 0.02 else 3
    # A dash between negative numbers would read as one more minus.
    return (" to " if low < 0 else "–").join(_rounded(end, decimals) for end in (low, high))


def format_score(score: Score) -> str:
    """A score with its interval: ``0.827 (0.77–0.88)``."""
    interval = format_interval(score.metric, score.low, score.high)
    return format_value(score.metric, score.value) + (f" ({interval})" if interval else "")


def format_difference(
    metric: str, value: float, *, sign: bool = False, unit: bool = True, like: float | None = None
) -> str:
    """A difference of two scores: ``2.8 points`` for a share, ``1 240`` in the target's unit, decimals as ``like``."""
    if METRICS[metric].unit != "share":
        return format_number(value, sign=sign, like=like)
    text = f"{abs(value) * 100:.1f}"
    before = "" if not float(text) else MINUS if value < 0 else "+" if sign else ""
    return f"{before}{text}{(' point' if text == '1.0' else ' points') if unit else ''}"


def format_percent(share: float) -> str:
    """A share as per cent: ``82.7 %``, ``100 %`` only when it is all."""
    text = f"{share * 100:.1f}"
    if text == "100.0":
        text = "100" if share >= 1 else "99.9"
    return f"{text}{THIN}%"


def format_seconds(seconds: float) -> str:
    """A duration: ``2.9 s``, ``1 min 12 s``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _rounded(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    # Rounding must not leave a minus before a zero.
    return text.lstrip("-") if not float(text) else text.replace("-", MINUS)
