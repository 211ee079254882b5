"""What a task is called on the page, and how long words are cut."""

import re

from pellucid.evaluation import plural
from pellucid.records import RunRecord

__all__ = ["percent", "shortened", "task_words"]

LONGEST_WORD = 60
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


def task_words(record: RunRecord) -> str:
    """What is predicted: ``two classes``, ``3 labels``, ``a number``."""
    count = len(record.classes)
    targets = len(record.target_columns)
    labels = count or targets
    several = {"regression": f"{targets} numbers", "count": f"{targets} counts"}
    words = {
        "binary": "two classes",
        "multiclass": f"{count} classes",
        "ordinal": f"{count} classes in order",
        "multilabel": plural(labels, "label"),
        "distribution": f"a distribution over {labels}",
        "regression": "a number",
        "count": "a count",
        "quantile": _quantiles(record.levels),
        "embedding": f"vectors near each other where {count} labels agree",
        "ranking": "an order",
        "reconstruction": "through a narrow code and back",
        "sequence": f"sequences of {count} labels",
    } | (several if targets > 1 else {})
    return words.get(record.task, record.task)


def _quantiles(levels: tuple[float, ...]) -> str:
    if not levels:
        return "quantiles"
    if len(levels) == 1:
        return f"the {percent(levels[0])} quantile"
    if len(levels) <= 5:
        return f"the {', '.join(map(percent, levels[:-1]))} and {percent(levels[-1])} quantiles"
    return f"{len(levels)} quantiles, {percent(levels[0])} to {percent(levels[-1])}"


def percent(level: float) -> str:
    """A level of a quantile: ``5 %``, ``97.5 %``."""
    return f"{round(level * 100, 6):g}\N{NARROW NO-BREAK SPACE}%"


def shortened(text: str) -> str:
    """A sentence whose words have at most 60 letters: of a longer one its beginning and its end."""
    half = LONGEST_WORD // 2
    return _LONG_WORD.sub(lambda found: f"{found[0][:half]}…{found[0][1 - half :]}", text)
