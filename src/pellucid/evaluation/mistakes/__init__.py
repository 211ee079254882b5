"""Where the errors of a model are, as plain data for the record; one kind of target per file."""

from pellucid.evaluation.mistakes.confusion import confusion
from pellucid.evaluation.mistakes.counts import count_summary
from pellucid.evaluation.mistakes.find import find_mistakes
from pellucid.evaluation.mistakes.labels import label_summary
from pellucid.evaluation.mistakes.quantiles import quantile_summary
from pellucid.evaluation.mistakes.residuals import residual_summary
from pellucid.evaluation.mistakes.shares import share_summary

__all__ = [
    "confusion",
    "count_summary",
    "find_mistakes",
    "label_summary",
    "quantile_summary",
    "residual_summary",
    "share_summary",
]
