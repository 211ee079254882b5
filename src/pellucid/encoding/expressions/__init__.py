"""Re-expressions: numbers in another form, learned from training rows, with an inverse that brings them back.

Linear, logarithmic, exponential and power regression are linear models of re-expressed numbers: y on x, y on log x,
log y on x, log y on log x.
"""

from pellucid.catalogue import Registry
from pellucid.encoding.expressions.entry import ChosenExpression, Expression
from pellucid.encoding.expressions.fitted import express
from pellucid.encoding.expressions.line import Line
from pellucid.encoding.expressions.lines import MIN_MAX, NONE, ROBUST, STANDARD
from pellucid.encoding.expressions.logarithms import LOG, LOG1P, Logarithm
from pellucid.encoding.expressions.powers import POWER, Power
from pellucid.encoding.expressions.quantiles import QUANTILE_NORMAL, Quantiles
from pellucid.encoding.expressions.roots import SQRT, Root
from pellucid.encoding.expressions.smooth_clip import ROBUST_CLIP, SmoothClip

__all__ = ["EXPRESSIONS", "ChosenExpression", "Expression", "FittedExpression", "express"]

FittedExpression = Line | SmoothClip | Logarithm | Root | Power | Quantiles
"""What was learned, as plain data; each has ``forward`` and ``inverse``."""

EXPRESSIONS: Registry[Expression, ChosenExpression] = Registry(
    "expression",
    [NONE, STANDARD, MIN_MAX, ROBUST, ROBUST_CLIP, QUANTILE_NORMAL, LOG, LOG1P, SQRT, POWER],
    ChosenExpression,
)
