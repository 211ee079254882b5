"""The still picture of predicted numbers against true ones."""

from collections.abc import Callable, Sequence

import numpy as np

from pellucid.evaluation import format_number
from pellucid.records import ReplayRecord
from pellucid.report.axes import Axis, frame
from pellucid.report.markup import Markup, element, join
from pellucid.shapes import Array, Floats

__all__ = ["error_columns", "predicted_picture"]

Told = tuple[Sequence[str], Callable[[Array], list[str]]]
"""Heads of a table, and what a frame puts under them."""


def predicted_picture(replay: ReplayRecord, said: Array) -> Markup:
    """The last frame: a dot for each test row; ``said`` is uint8 ``[n]``."""
    x, y = Axis.exact(replay.x.low, replay.x.high), Axis.exact(replay.y.low, replay.y.high)
    truth = _values(replay, np.frombuffer(replay.truth, dtype=np.uint8))
    low, high = max(x.low, y.low), min(x.high, y.high)
    drawn = [element("line", x1=x.across(low), y1=y.up(low), x2=x.across(high), y2=y.up(high), class_="diagonal")]
    drawn += [
        element("circle", cx=x.across(float(true)), cy=y.up(float(own)), r=2.4, class_="cloud")
        for true, own in zip(truth, _values(replay, said), strict=True)
    ]
    (median, most) = error_columns(replay)[1](said)
    title = f"Predicted against true after the last epoch; half are within {median} of the truth, nine in ten {most}."
    return frame(x, y, join(*drawn), title=title, below="true (across), predicted (up)")


def error_columns(replay: ReplayRecord) -> Told:
    """Within which distance of the truth half, and nine tenths, of the predictions are."""
    truth = _values(replay, np.frombuffer(replay.truth, dtype=np.uint8))

    def errors(said: Array) -> list[str]:
        off = np.abs(_values(replay, said) - truth)
        return [format_number(float(np.quantile(off, share))) for share in (0.5, 0.9)]

    return ("half are within", "nine in ten are within"), errors


def _values(replay: ReplayRecord, cells: Array) -> Floats:
    found: Floats = replay.low + cells.astype(np.float64) / (replay.levels - 1) * (replay.high - replay.low)
    return found
