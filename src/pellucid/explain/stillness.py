"""Why nothing moved, and where numbers are too large."""

import math
from collections.abc import Iterator

import numpy as np

from pellucid.explain.numbers import written
from pellucid.explain.passing import Pass, as_array
from pellucid.explain.view import View
from pellucid.networks.activate import Activate
from pellucid.records.passes import RemarkRecord

__all__ = ["nothing_moved", "overflow"]


def nothing_moved(view: View, moved: float) -> Iterator[RemarkRecord]:
    """T602 and its neighbours: every gradient that training sees is 0, or so small that no weight changes.

    Args:
        view: The pass.
        moved: The largest change that the update has made.
    """
    largest, single = _largest(view, view.passed), _largest(view, view.single)
    if not math.isfinite(largest) or (single != 0 and moved > 0):
        return
    if largest == 0 and (moved > 0 or single > 0):
        return
    if view.exact is not None and view.exact.joined and single == 0:
        yield _saturated(view, largest)
    elif largest == 0:
        yield RemarkRecord(kind="nothing moved", place="", sentence=f"Nothing moved: {_reason(view)}")
    elif moved == 0 and largest < 1e-8:
        yield RemarkRecord(
            kind="nothing moved",
            place="",
            sentence=f"Nothing moved: the largest gradient is {written(largest)}, less than the weights can show.",
        )


def _largest(view: View, passed: Pass) -> float:
    sizes = [
        float(np.abs(as_array(passed.gradients.views[spec.name])).max(initial=0.0))
        for spec in view.subject.network.parameters
        if spec.kind != "statistic" and spec.name not in view.subject.absent
    ]
    return max(sizes, default=0.0)


def _saturated(view: View, largest: float) -> RemarkRecord:
    """The output sits at the end of its activation, where floating point knows no slope any more."""
    last = view.links[-1]
    behind = isinstance(last.layer, Activate)
    own = view.passed.layers[last.number]
    values = own.x if behind else own.y
    slopes = own.dx if behind else own.dy
    assert slopes is not None
    z, exact = as_array(values[view.row]), as_array(slopes[view.row]) / view.share
    at = int(np.abs(exact[: view.subject.objective.outputs]).argmax())
    name = (last.source if behind else last.result)(at)
    binary = view.subject.objective.loss.name in ("bce", "bce_with_logits")
    sign = "−" if z[at] > 0 else ""
    size = f"about {sign}e^−{written(abs(float(z[at])))}" if binary else written(float(exact[at]))
    words = (
        f"In float32 nothing moves: {name} = {written(float(z[at]))} is so far out that the output rounds to its end "
        f"and its slope to 0. The true ∂L/∂{name} is {size}"
    )
    if binary and exact[at]:
        words += f" = {written(float(exact[at]))}"
    words += f", not 0, and the largest gradient of a weight {written(largest)}." if largest else ", not 0."
    advice = " The loss bce_with_logits keeps its slope as long as the answer is wrong." if behind else ""
    return RemarkRecord(kind="nothing moved", place=name, sentence=words + advice, rule="T602")


def _reason(view: View) -> str:
    slopes = as_array(view.passed.output_gradient[view.real])
    if not np.abs(slopes).max(initial=0.0):
        return "the loss has no slope here, every row is as the loss wants it, and all gradients are 0."
    flat = [
        link
        for link in view.links
        if isinstance(link.layer, Activate)
        and (own := view.passed.layers[link.number]).dx is not None
        and own.dy is not None
        and not bool(own.dx[view.real].any())
        and bool(own.dy[view.real].any())
    ]
    if flat:
        name = flat[-1].layer.slices[0].entry.name  # type: ignore[attr-defined]
        return f"the slope of {name} in {flat[-1].title.partition(',')[0]} is 0 for every unit and row."
    return "every gradient is 0."


def overflow(view: View) -> Iterator[RemarkRecord]:
    """T605: numbers that float32, or even float64, cannot hold."""
    for passed, other, kind in ((view.passed, None, "float64"), (view.single, view.passed, "float32")):
        for link in view.links:
            own = passed.layers[link.number].y[view.real, : link.outputs]
            if bool(own.isfinite().all()):
                continue
            if other is not None and not bool(other.layers[link.number].y[view.real].isfinite().all()):
                return
            yield RemarkRecord(
                kind="overflow",
                place=link.title,
                sentence=f"{link.title.capitalize()}: values are too large for {kind} and become infinite or NaN.",
                rule="T605",
            )
            return
