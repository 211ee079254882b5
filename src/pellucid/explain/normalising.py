"""Normalisation as it is told, forward and backward: (x − mean)/√(variance + eps)·γ + β."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from pellucid.explain.chain import Link
from pellucid.explain.numbers import factor, written
from pellucid.explain.passing import as_array
from pellucid.explain.symbols import slope
from pellucid.explain.view import View, line
from pellucid.networks.batch_norm import BatchNorm
from pellucid.networks.layer_norm import LayerNorm
from pellucid.records.passes import LineRecord
from pellucid.shapes import Floats

__all__ = ["norm_backward", "norm_forward", "norm_in_words"]


class _Statistics(NamedTuple):
    mean: Floats  # [i], of the followed row's values
    variance: Floats
    over: str


def _statistics(view: View, link: Link) -> _Statistics:
    layer, own = link.layer, view.passed.layers[link.number]
    x = as_array(own.x[view.real, : link.inputs])
    if isinstance(layer, LayerNorm):
        row = as_array(own.x[view.row, : link.inputs])
        same = np.ones(link.inputs)
        return _Statistics(same * row.mean(), same * row.var(), f"those of the row's {link.inputs} values")
    assert isinstance(layer, BatchNorm)
    if own.tape.share is None:
        mean, variance = view.parameter(layer.mean), view.parameter(layer.variance)
        return _Statistics(mean, variance, "the running ones that training has left")
    return _Statistics(x.mean(axis=0), x.var(axis=0), f"those of the {len(x)} rows of the batch")


def norm_in_words(view: View, link: Link) -> str:
    """Where mean and variance come from."""
    return f"Mean and variance are {_statistics(view, link).over}."


def norm_forward(view: View, link: Link, layer: BatchNorm | LayerNorm, shown: list[int]) -> Iterator[LineRecord]:
    """The normalised values that are told."""
    seen, (mean, variance, _) = view.along(link), _statistics(view, link)
    gain, moved = view.parameter(layer.scale), view.parameter(layer.shift)
    for j in shown:
        scale, shift = link.level.named("γ", j), link.level.named("β", j)
        formula = f"({link.source(j)} − mean)/√(variance + eps)·{scale} + {shift}"
        numbers = (
            f"({written(seen.x[0][j])} − {factor(mean[j])})/√({written(variance[j])} + {written(layer.eps)})"
            f"·{factor(gain[j])} + {factor(moved[j])}"
        )
        yield line(link.result(j), formula, numbers, seen.y[0][j], seen.y[1][j])


def norm_backward(view: View, link: Link, layer: BatchNorm | LayerNorm, shown: list[int]) -> Iterator[LineRecord]:
    """Gradients by the values that come in: each also moves mean and variance, which all values share.

    With g = γ·∂L/∂n and n̂ the value before γ and β: (g − mean of g − n̂·mean of g·n̂)/√(variance + eps), the means over
    the units of the row or the rows of the batch; with running statistics g/√(variance + eps).
    """
    seen, own = view.along(link), view.passed.layers[link.number]
    if seen.dx is None or seen.dy is None or own.dy is None:
        return
    (mean, variance, _), gain = _statistics(view, link), view.parameter(layer.scale)
    root = np.sqrt(variance + layer.eps)
    g = gain * seen.dy[0]
    normal = (seen.x[0] - mean) / root
    along, aligned = np.zeros_like(g), np.zeros_like(g)
    is_running = isinstance(layer, BatchNorm) and own.tape.share is None
    if isinstance(layer, LayerNorm):
        along, aligned = np.full_like(g, g.mean()), np.full_like(g, (g * normal).mean())
    elif not is_running:
        every = as_array(own.dy[view.real, : link.outputs]) / view.share * gain
        all_normal = (as_array(own.x[view.real, : link.inputs]) - mean) / root
        along, aligned = every.mean(axis=0), (every * all_normal).mean(axis=0)
    for j in shown:
        own_g = f"{link.level.named('γ', j)}·{slope(link.result(j))}"
        if is_running:
            formula, numbers = (
                f"{own_g}/√(variance + eps)",
                f"{factor(gain[j])}·{factor(seen.dy[0][j])}/{written(root[j])}",
            )
        else:
            formula = "(g − mean(g) − n̂·mean(g·n̂))/√(variance + eps)"
            numbers = (
                f"({written(g[j])} − {factor(along[j])} − {factor(normal[j])}·{factor(aligned[j])})/{written(root[j])}"
            )
        notes = [] if is_running else [f"g = {own_g} = {written(g[j])}"]
        yield line(slope(link.source(j)), formula, numbers, seen.dx[0][j], seen.dx[1][j], notes=notes)
