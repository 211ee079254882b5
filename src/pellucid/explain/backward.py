"""The backward pass as it is told: from the loss to the inputs, the factors of the chain rule in numbers."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from pellucid.explain.activating import Curve, curve_of
from pellucid.explain.chain import Link
from pellucid.explain.joined import joined_lines
from pellucid.explain.losing import loss_slope_lines
from pellucid.explain.normalising import norm_backward
from pellucid.explain.numbers import factor, written
from pellucid.explain.passing import as_array
from pellucid.explain.sums import told_sum
from pellucid.explain.symbols import Shown, indexed, slope
from pellucid.explain.view import MOST, Along, View, line, most
from pellucid.networks.activate import Activate
from pellucid.networks.activity import Activity
from pellucid.networks.batch_norm import BatchNorm
from pellucid.networks.dropout import Dropout
from pellucid.networks.layer_norm import LayerNorm
from pellucid.networks.linear import Linear
from pellucid.networks.scale import Scale
from pellucid.records.passes import LineRecord, StageRecord

__all__ = ["backward_stages", "shown_parameters"]

_MOST_WEIGHTS = 12


def backward_stages(view: View) -> Iterator[StageRecord]:
    """The loss, then every layer from the last to the first."""
    joined = view.exact is not None and view.exact.joined
    if joined:
        yield _stage_of(view, f"loss, {view.subject.objective.loss}", list(joined_lines(view)), {}, _joined_words(view))
    else:
        yield _stage_of(
            view, f"loss, {view.subject.objective.loss}", list(loss_slope_lines(view)), {}, _row_words(view)
        )
    for link in reversed(view.links):
        own = view.passed.layers[link.number]
        skipped = joined and link is view.links[-1] and isinstance(link.layer, Activate)
        if isinstance(link.layer, Activity) and own.tape is not None:
            yield _activity(view, link)
        if link.is_silent or own.dy is None or skipped:
            continue
        lines, folded = _lines(view, link)
        if lines:
            arrays = _arrays(view, link)
            yield _stage_of(view, link.title, lines, arrays, "", folded)


def _activity(view: View, link: Link) -> StageRecord:
    """What a penalty on hidden values adds to their slopes."""
    seen = view.along(link)
    assert seen.dx is not None
    assert seen.dy is not None
    lines = []
    for j in view.shown(link):
        added = float(seen.dx[0][j] - seen.dy[0][j])
        lines.append(
            line(
                f"∂J/∂{link.source(j)}",
                f"{slope(link.source(j))} + strength·sign({link.source(j)})",
                f"{factor(seen.dy[0][j])} + {factor(added)}",
                seen.dx[0][j],
                seen.dx[1][j],
            )
        )
    words = "The penalty on hidden values joins here; in the layers before, L stands for the loss with it."
    return _stage_of(view, link.title, lines, {}, words, link.outputs - len(lines))


def _stage_of(
    view: View, title: str, lines: list[LineRecord], arrays: dict[str, Any], sentence: str, folded: int = 0
) -> StageRecord:
    return StageRecord(
        phase="backward",
        title=title,
        sentence=sentence,
        row=view.number,
        lines=tuple(lines),
        folded=folded,
        arrays=arrays,
    )


def _row_words(view: View) -> str:
    if view.is_alone:
        return ""
    return (
        f"Slopes of row {view.number}'s own loss; for weights and biases the update uses the means over the "
        f"{view.subject.units} rows."
    )


def _joined_words(view: View) -> str:
    words = (
        "Loss and output activation together: their slopes, one by one, have been rounded away, and their product has "
        "not."
    )
    return f"{words} {_row_words(view)}".strip()


def _arrays(view: View, link: Link) -> dict[str, Any]:
    """Every gradient of the layer: of its output and input row by row, of its parameters over the batch."""
    own = view.passed.layers[link.number]
    found: dict[str, Any] = {}
    if own.dy is not None:
        found[slope(link.result.whole)] = as_array(own.dy[view.real, : link.outputs]).tolist()
    if own.dx is not None:
        found[slope(link.source.whole)] = as_array(own.dx[view.real, : link.inputs]).tolist()
    if isinstance(link.layer, Linear):
        found[slope(f"W{link.level.mark}")] = view.gradient(link.layer.weight).T.tolist()
        if link.layer.bias not in view.subject.absent:
            found[slope(f"b{link.level.mark}")] = view.gradient(link.layer.bias).tolist()
    else:
        for spec in link.layer.parameters:
            if spec.kind != "statistic":
                found[slope(spec.name)] = view.gradient(spec.name).tolist()
    return found


def _lines(view: View, link: Link) -> tuple[list[LineRecord], int]:
    match link.layer:
        case Linear():
            return _linear(view, link, link.layer)
        case Activate():
            return _activation(view, link, link.layer)
        case _:
            return _factor_lines(view, link)


def _mean_note(view: View, gradient: float) -> list[str]:
    """The gradient that the update uses, where it is another number than the row's."""
    return [] if view.is_alone else [f"mean over {view.subject.units} rows {written(gradient)}"]


def _linear(view: View, link: Link, layer: Linear) -> tuple[list[LineRecord], int]:
    seen = view.along(link)
    assert seen.dy is not None
    lines: list[LineRecord] = []
    weight_gradient, bias_gradient = view.gradient(layer.weight), view.gradient(layer.bias)
    places = _told_weights(view, link, layer)
    for i, j in places:
        x, d = seen.x[0][i], seen.dy[0][j]
        lines.append(
            line(
                slope(link.level.named("w", j, i)),
                f"{slope(link.result(j))}·{link.source(i)}",
                f"{factor(d)}·{factor(x)}",
                float(d * x),
                float(seen.dy[1][j] * seen.x[1][i]),
                notes=_mean_note(view, float(weight_gradient[i, j])),
            )
        )
    folded = link.inputs * link.outputs - len(places)
    if layer.bias not in view.subject.absent:
        lines += [
            line(
                slope(link.level.named("b", j)),
                slope(link.result(j)),
                "",
                seen.dy[0][j],
                seen.dy[1][j],
                notes=_mean_note(view, float(bias_gradient[j])),
            )
            for j in view.shown(link)
        ]
        folded += link.outputs - len(view.shown(link))
    is_first = link is next(each for each in view.links if not each.is_silent)
    if seen.dx is not None and not is_first:
        lines += list(_back_through(view, link, layer, seen))
    return lines, folded


def _back_through(view: View, link: Link, layer: Linear, seen: Along) -> Iterator[LineRecord]:
    """∂L/∂x_i = Σ_j w_ji·∂L/∂z_j for what the layer before is asked about."""
    assert seen.dy is not None
    assert seen.dx is not None
    weight = view.parameter(layer.weight)
    for i in _sources(view, link):

        def name(j: int, i: int = i) -> str:
            return f"{link.level.named('w', j, i)}·{slope(link.result(j))}"

        formula, numbers = told_sum(name, weight[i], seen.dy[0])
        scale = float(np.abs(weight[i] * seen.dy[0]).sum())
        yield line(slope(link.source(i)), formula, numbers, seen.dx[0][i], seen.dx[1][i], scale=scale)


def _sources(view: View, link: Link) -> list[int]:
    """Units of the layer before that are told."""
    before = [each for each in view.links if each.number < link.number and not each.is_silent]
    return view.shown(before[-1]) if before else most(np.abs(view.along(link).x[0]))


def _told_weights(view: View, link: Link, layer: Linear) -> list[tuple[int, int]]:
    """Places (input, output) of the weights that are told: all of a small layer, the largest gradients of others."""
    gradient = np.abs(np.nan_to_num(view.gradient(layer.weight)))
    seen = view.along(link)
    assert seen.dy is not None
    own = np.abs(np.nan_to_num(np.outer(seen.x[0], seen.dy[0])))
    count = gradient.size if gradient.size <= _MOST_WEIGHTS else MOST
    places = most(own.T.ravel(), gradient.T.ravel(), count)
    return [(place % link.inputs, place // link.inputs) for place in places]


def _activation(view: View, link: Link, layer: Activate) -> tuple[list[LineRecord], int]:
    seen = view.along(link)
    if seen.dx is None or seen.dy is None:
        return [], 0
    mix = view.parameter(layer.slope) if layer.slope else None
    curve = curve_of(layer, view.passed.layers[link.number].tape, view.row, link.inputs, mix)
    slopes = curve.slopes(seen.x[0], seen.y[0])
    lines: list[LineRecord] = []
    shown = view.shown(link) if curve.is_single else _row_places(view, link, seen)
    for j in shown:
        symbol = slope(link.source(j))
        if slopes is None:
            formula, numbers = _row_words_of(curve, link, seen, j)
            lines.append(line(symbol, formula, numbers, seen.dx[0][j], seen.dx[1][j]))
            continue
        formula = f"{slope(link.result(j))}·{curve.entry.name}′({link.source(j)})"
        lines.append(
            line(
                symbol,
                formula,
                f"{factor(seen.dy[0][j])}·{factor(slopes[j])}",
                seen.dx[0][j],
                seen.dx[1][j],
            )
        )
    folded = link.inputs - len(lines)
    for name in [*layer.learned.values(), *([layer.slope] if layer.slope else [])]:
        gradient = view.gradient(name)
        for j in most(np.abs(gradient), count=4):
            letter = "m" if name == layer.slope else name.partition(".")[2]
            lines.append(line(slope(link.level.named(letter, j)), "", "", float(gradient[j])))
    return lines, folded


def _row_places(view: View, link: Link, seen: Along) -> list[int]:
    assert seen.dx is not None
    before = [each for each in view.links if each.number < link.number and not each.is_silent]
    return view.shown(before[-1]) if before else most(np.abs(seen.dx[0]))


def _row_words_of(curve: Curve, link: Link, seen: Along, place: int) -> tuple[str, str]:
    """Gradient of an input of an activation that looks at the whole row."""
    assert seen.dy is not None
    name, y, dy = curve.entry.name, seen.y[0], seen.dy[0]
    if name in ("softmax", "softmin"):
        sign = "−" if name == "softmin" else ""
        total = float((dy * y).sum())
        letter = f"{link.result.letter}_c{link.result.level}"
        formula = f"{sign}{link.result(place)}·({slope(link.result(place))} − Σ_c {slope(letter)}·{letter})"
        return formula, f"{sign}{written(y[place])}·({written(dy[place])} − {factor(total)})"
    if name == "log_softmax":
        total = float(dy.sum())
        formula = (
            f"{slope(link.result(place))} − exp({link.result(place)})·Σ_c ∂L/∂{link.result.letter}_c{link.result.level}"
        )
        return formula, f"{written(dy[place])} − exp({written(y[place])})·{factor(total)}"
    return curve.entry.derivative, ""


def _factor_lines(view: View, link: Link) -> tuple[list[LineRecord], int]:
    """Layers that are told by their results: dropout by its mask, scale by its factor, others by the gradient alone."""
    seen = view.along(link)
    if seen.dx is None or seen.dy is None:
        return [], 0
    lines: list[LineRecord] = []
    shown = _sources(view, link)
    if isinstance(link.layer, BatchNorm | LayerNorm):
        lines = list(norm_backward(view, link, link.layer, shown))
        return lines, link.inputs - len(lines)
    for j in shown:
        formula = numbers = ""
        if isinstance(link.layer, Dropout):
            tape = view.passed.layers[link.number].tape
            mask = 1.0 if tape is None else float(tape[0, view.row, j])
            formula, numbers = f"{slope(link.result(j))}·mask", f"{factor(seen.dy[0][j])}·{written(mask)}"
        elif isinstance(link.layer, Scale):
            own = float(view.parameter(link.layer.factor)[j])
            formula, numbers = f"{slope(link.result(j))}·{indexed('f', j)}", f"{factor(seen.dy[0][j])}·{factor(own)}"
        lines.append(line(slope(link.source(j)), formula, numbers, seen.dx[0][j], seen.dx[1][j]))
    return lines, link.inputs - len(shown)


def shown_parameters(view: View) -> tuple[Shown, ...]:
    """Weights and biases whose updates are told: a few of every layer, from the first to the last."""
    found: list[Shown] = []
    linear = [link for link in view.links if isinstance(link.layer, Linear)]
    budget = max(2, 12 // max(1, len(linear)))
    for link in linear:
        layer = link.layer
        assert isinstance(layer, Linear)
        own: list[Shown] = []
        for i, j in _told_weights(view, link, layer):
            own.append(Shown(layer.weight, (i, j), link.level.named("w", j, i)))
        size = [abs(float(view.gradient(layer.weight)[each.index])) for each in own]
        kept = [own[place] for place in most(np.array(size), count=max(1, budget - 1))]
        if layer.bias not in view.subject.absent:
            gradient = np.abs(view.gradient(layer.bias))
            kept += [Shown(layer.bias, (j,), link.level.named("b", j)) for j in most(gradient, count=1)]
        found += kept
    return tuple(found)
