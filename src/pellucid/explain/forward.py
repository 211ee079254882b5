"""The forward pass as it is told: a stage for every layer that computes something."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from pellucid.explain.activating import curve_of
from pellucid.explain.chain import Link
from pellucid.explain.normalising import norm_forward, norm_in_words
from pellucid.explain.numbers import factor, written
from pellucid.explain.passing import as_array
from pellucid.explain.sums import told_sum
from pellucid.explain.symbols import indexed
from pellucid.explain.view import MOST, View, line, most
from pellucid.networks.activate import Activate
from pellucid.networks.adaptive import Adaptive
from pellucid.networks.batch_norm import BatchNorm
from pellucid.networks.dropout import Dropout
from pellucid.networks.features import Features
from pellucid.networks.input_noise import InputNoise
from pellucid.networks.layer_norm import LayerNorm
from pellucid.networks.linear import Linear
from pellucid.networks.scale import Scale
from pellucid.networks.thresholds import Thresholds
from pellucid.records.passes import LineRecord, StageRecord

__all__ = ["forward_stages"]


def forward_stages(view: View) -> Iterator[StageRecord]:
    """The inputs, then every layer."""
    yield _inputs(view)
    for link in view.links:
        if not link.is_silent:
            yield _stage(view, link)


def _inputs(view: View) -> StageRecord:
    subject, link = view.subject, view.links[0]
    numbers = view.along(link).x[0]
    places = most(np.abs(numbers), count=2 * MOST)
    lines = [line(link.source(place), "", "", numbers[place], notes=[_name(view, place)]) for place in places]
    codes = view.passed.batch.codes
    arrays: dict[str, Any] = {"x": _rows(view, view.passed.layers[0].x, link.inputs)}
    if codes is not None:
        arrays["codes"] = codes[0, view.real].tolist()
        for column, code in enumerate(codes[0, view.row].tolist()):
            name = _name(view, len(numbers) + column)
            lines.append(line(indexed("c", column), "", "", float(code), notes=[f"code of {name}" if name else "code"]))
    return StageRecord(
        phase="forward",
        title="inputs",
        sentence="" if subject.units == 1 else f"Row {view.number} of {subject.units} is followed, counted from 0.",
        row=view.number,
        lines=tuple(lines),
        folded=len(numbers) - len(places),
        arrays=arrays,
    )


def _name(view: View, place: int) -> str:
    return view.subject.names[place] if place < len(view.subject.names) else ""


def _rows(view: View, values: Any, width: int) -> list[Any]:
    found: list[Any] = as_array(values[view.real, :width]).tolist()
    return found


def _stage(view: View, link: Link) -> StageRecord:
    own = view.passed.layers[link.number]
    shown = view.shown(link)
    arrays: dict[str, Any] = {link.result.letter: _rows(view, own.y, link.outputs)}
    sentence = ""
    match link.layer:
        case Linear():
            lines = list(_linear(view, link, link.layer, shown))
            arrays |= _weights(view, link, link.layer)
        case Activate():
            lines = list(_activation(view, link, link.layer, shown))
            if not curve_of(link.layer, own.tape, view.row, link.inputs, None).is_single:
                sentence = f"{link.layer.slices[0].entry.name} looks at the whole row."
        case BatchNorm() | LayerNorm():
            sentence = norm_in_words(view, link)
            lines = list(norm_forward(view, link, link.layer, shown))
        case Dropout() | InputNoise():
            lines = list(_noise(view, link, shown))
        case Scale():
            factors = view.parameter(link.layer.factor)
            lines = list(_scaled(view, link, factors, shown))
        case Thresholds():
            lines = list(_thresholds(view, link, link.layer, shown))
        case Features():
            sentence, lines = "Embeddings of numbers and categories, then the columns that pass.", _plain(view, link)
        case Adaptive():
            sentence = "Scores of the head, then of every cluster by way of its projection."
            lines = _plain(view, link)
        case _:
            lines = _plain(view, link)
    return StageRecord(
        phase="forward",
        title=link.title,
        sentence=sentence,
        row=view.number,
        lines=tuple(lines),
        folded=max(0, link.outputs - len(lines)),
        arrays=arrays,
    )


def _weights(view: View, link: Link, layer: Linear) -> dict[str, Any]:
    found: dict[str, Any] = {f"W{link.level.mark}": view.parameter(layer.weight).T.tolist()}
    if layer.bias not in view.subject.absent:
        found[f"b{link.level.mark}"] = view.parameter(layer.bias).tolist()
    return found


def _linear(view: View, link: Link, layer: Linear, shown: list[int]) -> Iterator[LineRecord]:
    seen, weight, bias = view.along(link), view.parameter(layer.weight), view.parameter(layer.bias)
    for j in shown:
        last = [] if layer.bias in view.subject.absent else [(link.level.named("b", j), float(bias[j]))]

        def name(i: int, j: int = j) -> str:
            return f"{link.level.named('w', j, i)}·{link.source(i)}"

        formula, numbers = told_sum(name, weight[:, j], seen.x[0], last=last)
        scale = float(np.abs(weight[:, j] * seen.x[0]).sum() + abs(bias[j]))
        yield line(link.result(j), formula, numbers, seen.y[0][j], seen.y[1][j], scale=scale)


def _activation(view: View, link: Link, layer: Activate, shown: list[int]) -> Iterator[LineRecord]:
    seen = view.along(link)
    slope = view.parameter(layer.slope) if layer.slope else None
    curve = curve_of(layer, view.passed.layers[link.number].tape, view.row, link.inputs, slope)
    slopes = curve.slopes(seen.x[0], seen.y[0])
    for j in shown:
        yield line(
            link.result(j),
            curve.formula(link.source, j),
            curve.with_numbers(seen.x[0], j),
            seen.y[0][j],
            seen.y[1][j],
            derivative="" if slopes is None else curve.derivative(link.source, link.result, j, float(seen.x[0][j])),
            slope=None if slopes is None else float(slopes[j]),
        )


def _noise(view: View, link: Link, shown: list[int]) -> Iterator[LineRecord]:
    seen = view.along(link)
    is_dropout = isinstance(link.layer, Dropout)
    kept = 1.0 / (1.0 - view.subject.recipe.dropout) if is_dropout else 1.0
    for j in shown:
        x, y = seen.x[0][j], seen.y[0][j]
        if is_dropout:
            tape = view.passed.layers[link.number].tape
            factor_here = 0.0 if tape is None else float(tape[0, view.row, j])
            formula, numbers = f"{link.source(j)}·mask", f"{factor(x)}·{written(factor_here)}"
            notes = ["dropped"] if factor_here == 0 else [f"kept, times {written(kept)}"]
        else:
            formula, numbers, notes = f"{link.source(j)} + noise", f"{factor(x)} + {factor(y - x)}", []
        yield line(link.result(j), formula, numbers, y, seen.y[1][j], notes=notes)


def _scaled(view: View, link: Link, factors: Any, shown: list[int]) -> Iterator[LineRecord]:
    seen = view.along(link)
    for j in shown:
        formula = f"{link.source(j)}·{indexed('f', j)}"
        numbers = f"{factor(seen.x[0][j])}·{factor(factors[j])}"
        yield line(link.result(j), formula, numbers, seen.y[0][j], seen.y[1][j])


def _thresholds(view: View, link: Link, layer: Thresholds, shown: list[int]) -> Iterator[LineRecord]:
    seen, bias = view.along(link), view.parameter(layer.bias)
    for j in shown:
        formula = f"{link.source(0)} + {indexed('θ', j)}"
        numbers = f"{factor(seen.x[0][0])} + {factor(bias[j])}"
        yield line(link.result(j), formula, numbers, seen.y[0][j], seen.y[1][j])


def _plain(view: View, link: Link) -> list[LineRecord]:
    seen = view.along(link)
    return [line(link.result(j), "", "", seen.y[0][j], seen.y[1][j]) for j in view.shown(link)]
