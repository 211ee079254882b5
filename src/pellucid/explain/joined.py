"""Loss and output activation told as one, where each by itself has been rounded away: ∂L/∂z = −1/(1 + e^z)."""

import math
from collections.abc import Iterator

from pellucid.explain.numbers import factor, written
from pellucid.explain.passing import as_array
from pellucid.explain.symbols import indexed, slope
from pellucid.explain.view import View, line
from pellucid.networks.activate import Activate
from pellucid.records.passes import LineRecord

__all__ = ["joined_lines", "joined_loss"]

_LEAST = 5e-324
"""The least number of float64."""


def joined_lines(view: View) -> Iterator[LineRecord]:
    """Gradient by what stands before the output's activation, for the pairs whose factors cancel."""
    last = view.links[-1]
    behind = isinstance(last.layer, Activate)
    name = last.source if behind else last.result
    own, other, trained = (each.layers[last.number] for each in (view.passed, view.single, view.rounded))
    z = as_array((own.x if behind else own.y)[view.row])
    exact, single, rounded = ((each.dx if behind else each.dy) for each in (own, other, trained))
    assert exact is not None
    assert single is not None
    assert rounded is not None
    target = view.passed.batch.targets[0, view.unit]
    for j in view.shown(last):
        wanted = float(target.reshape(-1)[min(j, target.numel() - 1)])
        target_is_yes = wanted == 1
        value = float(exact[view.row, j]) / view.share
        as_trained = float(rounded[view.row, j]) / view.share
        formula, numbers, power = _words(view, name(j), float(z[j]), j, wanted)
        notes = []
        if power is not None and power < math.log10(_LEAST):
            sign = "−" if target_is_yes else ""
            notes.append(f"about {sign}10^{written(power, 5)}, less than float64 can hold")
        elif abs(as_trained - value) > 1e-6 * abs(value):
            notes.append(f"float64, as trained, gives {written(as_trained)}")
        yield line(slope(name(j)), formula, numbers, value, float(single[view.row, j]) / view.share, notes=notes)


def _words(view: View, symbol: str, z: float, place: int, target: float) -> tuple[str, str, float | None]:
    """Formula, numbers, and the power of ten of a slope near 0."""
    width = view.subject.objective.outputs
    if view.subject.objective.loss.name in ("bce", "bce_with_logits"):
        over = "" if width == 1 else f" / {width}"
        if target == 1:
            return f"−1/(1 + exp({symbol})){over}", f"−1/(1 + exp({written(z)})){over}", -z / math.log(10)
        if target == 0:
            return f"1/(1 + exp(−{symbol})){over}", f"1/(1 + exp({written(-z)})){over}", z / math.log(10)
        return f"sigmoid({symbol}) − y{over}", f"sigmoid({written(z)}) − {factor(target)}{over}", None
    right = int(target)
    return (f"−Σ_{{c≠{place + 1}}} p_c" if place == right else indexed("p", place)), "", None


def joined_loss(view: View) -> tuple[str, str] | None:
    """The loss of the followed row by way of what stands before the output's activation, in symbols and in numbers."""
    last = view.links[-1]
    if view.subject.objective.loss.name not in ("bce", "bce_with_logits") or view.subject.objective.outputs != 1:
        return None
    behind = isinstance(last.layer, Activate)
    name = (last.source if behind else last.result)(0)
    own = view.passed.layers[last.number]
    z = float((own.x if behind else own.y)[view.row, 0])
    target = float(view.passed.batch.targets[0, view.unit].reshape(-1)[0])
    if target == 1:
        return f"log(1 + exp(−{name}))", f"log(1 + exp({written(-z)}))"
    if target == 0:
        return f"log(1 + exp({name}))", f"log(1 + exp({written(z)}))"
    return None
