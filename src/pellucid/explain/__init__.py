"""One pass, to be read aloud: forward, backward and update in numbers, checked, and a check of derivatives by hand.

The room is its own function: ``pellucid.explain(recipe, X, y)`` explains, ``pellucid.explain.check_gradients(…)``
checks what somebody has written by hand.
"""

import sys
from types import ModuleType

from pellucid.explain.explaining import explain as _explain
from pellucid.explain.explanation import Explanation
from pellucid.explain.gradients import check_gradients as _check_gradients
from pellucid.explain.sources import Sketch, parse_network
from pellucid.explain.verdicts import GradientReport, GradientVerdict

__all__ = [
    "Explanation",
    "GradientReport",
    "GradientVerdict",
    "Sketch",
    "check_gradients",
    "explain",
    "parse_network",
]


class _Room(ModuleType):
    """The room, which can be called."""

    __call__ = staticmethod(_explain)
    check_gradients = staticmethod(_check_gradients)


sys.modules[__name__].__class__ = _Room
check_gradients = _check_gradients
explain: _Room = sys.modules[__name__]  # type: ignore[assignment]
"""The room itself, under the name that the front door has for it."""
