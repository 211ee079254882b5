"""What stands out in a pass, in words with its numbers."""

from collections.abc import Iterator

import numpy as np

from pellucid.explain.activating import curve_of
from pellucid.explain.chain import Link
from pellucid.explain.checking import Checked
from pellucid.explain.numbers import written
from pellucid.explain.outcome import prediction_remark
from pellucid.explain.passing import as_array
from pellucid.explain.stillness import nothing_moved, overflow
from pellucid.explain.symbols import slope
from pellucid.explain.view import View
from pellucid.networks.activate import Activate
from pellucid.networks.adaptive import Adaptive
from pellucid.networks.features import Features
from pellucid.networks.linear import Linear
from pellucid.records.passes import RemarkRecord

__all__ = ["remarks_on"]

# A unit's slope below this share of the steepest that its activation has: hardly anything of a gradient passes.
_FLAT = 0.01
# Rows from which on a unit that is off for all of them is called dead.
_ENOUGH_ROWS = 16
# Share of a layer that is more than the usual few; as the doctor's rule has it.
_MANY = 0.4
# The first layer's gradient below this share of the last one's has vanished on the way.
_VANISHED = 1e-4


def remarks_on(view: View, moved: float, checked: Checked) -> Iterator[RemarkRecord]:
    """Everything worth a sentence; of an ordinary pass what was predicted and which input pushed hardest.

    Args:
        view: The pass.
        moved: The largest change that the update has made.
        checked: What the comparison with autograd came to.
    """
    yield from prediction_remark(view)
    yield from _strongest_input(view)
    yield from nothing_moved(view, moved)
    yield from overflow(view)
    yield from _one_linear_map(view)
    for link in view.links:
        if isinstance(link.layer, Activate) and link is not view.links[-1]:
            yield from _flat_units(view, link, link.layer)
    yield from _vanished(view)
    corner = checked.corner
    if checked.lost:
        yield RemarkRecord(
            kind="unchecked",
            place="",
            sentence=f"{checked.lost} numbers could not be checked: values are so large that autograd gives NaN, or "
            "that float64 has no digits left to compare.",
        )
    if corner is not None:
        yield RemarkRecord(
            kind="corner",
            place=corner.place,
            sentence=f"Exactly at this point autograd takes another slope for {corner.place}: "
            f"{written(corner.expected)}, where training takes {written(corner.found)}. A little beside it they agree.",
        )


def _strongest_input(view: View) -> Iterator[RemarkRecord]:
    """∂L/∂x·x: what the loss would lose if the input were 0, were the network a straight line."""
    link = view.links[0]
    seen = view.along(link)
    if seen.dx is None or link.inputs < 2:
        return
    pushes = seen.dx[0] * seen.x[0]
    if not np.isfinite(pushes).all() or not np.abs(pushes).max() > 0:
        return
    at = int(np.abs(pushes).argmax())
    symbol = link.source(at)
    named = f"{symbol} ({view.subject.names[at]})" if at < len(view.subject.names) else symbol
    yield RemarkRecord(
        kind="strongest input",
        place=symbol,
        sentence=f"{named} pushed hardest: {slope(symbol)}·{symbol} = {written(float(pushes[at]))}, so that making it "
        f"1 % larger changes the loss by about {written(float(pushes[at]) / 100)}.",
    )


def _one_linear_map(view: View) -> Iterator[RemarkRecord]:
    """N501: linear layers with nothing bent between them."""
    before: Link | None = None
    for link in view.links:
        if isinstance(link.layer, Activate | Adaptive | Features):
            name = link.layer.slices[0].entry.name if isinstance(link.layer, Activate) else ""
            before = before if name == "identity" else None
        if isinstance(link.layer, Linear):
            if before is not None:
                one, other = (each.title.partition(",")[0].removeprefix("layer ") for each in (before, link))
                yield RemarkRecord(
                    kind="no activation",
                    place=link.title,
                    sentence=f"Layers {one} and {other} have no activation between them, so that together they "
                    "are one linear map.",
                    rule="N501",
                )
            before = link


def _flat_units(view: View, link: Link, layer: Activate) -> Iterator[RemarkRecord]:
    """T601 and T602: units through which no gradient passes."""
    seen = view.along(link)
    mix = view.parameter(layer.slope) if layer.slope else None
    own = view.passed.layers[link.number]
    curve = curve_of(layer, own.tape, view.row, link.inputs, mix)
    slopes = curve.slopes(seen.x[0], seen.y[0])
    if slopes is None or not curve.entry.trainable or curve.entry.saturates == "nowhere":
        return
    off = slopes == 0
    if off.all() and link.outputs > 1:
        yield RemarkRecord(
            kind="dead",
            place=link.title,
            sentence=f"All {link.outputs} units of {link.title} are off for this row: their slopes are 0, and no "
            "gradient passes to the layers before.",
            rule="T601",
        )
    elif view.subject.units >= _ENOUGH_ROWS:
        yield from _dead_units(view, link, layer)
    if curve.entry.saturates != "at both ends":
        return
    flat = [j for j in range(link.outputs) if abs(slopes[j]) < _FLAT * _steepest(curve.entry.name)]
    if flat and not off.all():
        shown = ", ".join(str(j + 1) for j in flat[:8]) + (", …" if len(flat) > 8 else "")
        j = max(flat, key=lambda place: abs(seen.x[0][place]))
        yield RemarkRecord(
            kind="saturated",
            place=link.title,
            sentence=f"Unit{'s' if len(flat) > 1 else ''} {shown} of {link.title} "
            f"{'are' if len(flat) > 1 else 'is'} saturated: at {link.source(j)} = {written(float(seen.x[0][j]))} the "
            f"slope is {written(float(slopes[j]))}, and hardly any gradient passes.",
            rule="T602",
        )


def _steepest(name: str) -> float:
    """Largest slope of activations that level off at both ends."""
    return {"sigmoid": 0.25, "hard_sigmoid": 1 / 6, "gaussian": 0.8578}.get(name, 1.0)


def _dead_units(view: View, link: Link, layer: Activate) -> Iterator[RemarkRecord]:
    """Units whose slope is 0 for every row of the batch."""
    own = view.passed.layers[link.number]
    mix = view.parameter(layer.slope) if layer.slope else None
    always = np.ones(link.outputs, dtype=bool)
    for row in view.real:
        curve = curve_of(layer, own.tape, row, link.inputs, mix)
        slopes = curve.slopes(as_array(own.x[row, : link.inputs]), as_array(own.y[row, : link.outputs]))
        assert slopes is not None
        always &= slopes == 0
        if not always.any():
            return
    dead = np.flatnonzero(always)
    shown = ", ".join(str(j + 1) for j in dead[:8]) + (", …" if len(dead) > 8 else "")
    yield RemarkRecord(
        kind="dead",
        place=link.title,
        sentence=f"{len(dead)} of {link.outputs} units of {link.title} ({shown}) are off for all {len(view.real)} "
        "rows, so that their weights do not move.",
        rule="T601" if len(dead) > _MANY * link.outputs else "",
    )


def _vanished(view: View) -> Iterator[RemarkRecord]:
    """T603: the gradient has all but gone on its way to the first layer."""
    linear = [link for link in view.links if isinstance(link.layer, Linear)]
    if len(linear) < 2:
        return
    sizes = []
    for link in (linear[0], linear[-1]):
        dy = view.passed.layers[link.number].dy
        if dy is None:
            return
        sizes.append(float(np.sqrt(np.mean(as_array(dy[view.real, : link.outputs]) ** 2))))
    first, last = sizes
    if not (np.isfinite(first) and np.isfinite(last)) or first == 0 or not first < _VANISHED * last:
        return
    yield RemarkRecord(
        kind="vanished",
        place=linear[0].title,
        sentence=f"The gradient vanishes on its way back: by the sums of {linear[-1].title.partition(',')[0]} it is "
        f"{written(last)}, by those of layer 1 {written(first)}, a share of {written(first / last, 2)}.",
        rule="T603",
    )
