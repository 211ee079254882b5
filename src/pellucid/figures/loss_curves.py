"""A loss as a curve over an error, a logit, an angle …, with the slope that trains."""

import numpy as np
import torch

from pellucid.figures.curves import broken, room_for, spoken
from pellucid.figures.figure import Axis, Curve, FigureData, Panel
from pellucid.figures.loss_scenes import Case, LossScene, scene_of
from pellucid.figures.table import Table
from pellucid.objectives import ChosenLoss
from pellucid.objectives.numbers import stack_numbers
from pellucid.shapes import Floats

__all__ = ["loss_figure"]


def loss_figure(chosen: ChosenLoss) -> FigureData:
    """Loss and slope, and a table of both."""
    scene = scene_of(chosen)
    x = scene.x
    values, slopes = [], []
    for series, case in enumerate(scene.cases(x)):
        loss, slope = _looked_at(chosen, case)
        values.append(Curve(case.label or "loss", *broken(x, loss), series=series))
        slopes.append(Curve(case.label or "slope", *broken(x, slope), series=series))
    return FigureData(
        title=str(chosen),
        panels=(
            Panel(scene.axis, Axis("loss"), curves=values, limits=room_for(values)),
            Panel(scene.axis, Axis("slope"), curves=slopes, limits=room_for(slopes)),
        ),
        alt=_alt(scene, values),
        table=_table(chosen, scene),
        facts=_facts(values, slopes),
    )


def _looked_at(chosen: ChosenLoss, case: Case) -> tuple[Floats, Floats]:
    """Loss and slope along the axis, each ``[n]``."""
    numbers = stack_numbers(chosen.entry, [chosen.numbers], dtype=torch.float64)
    outputs = case.outputs.double()
    loss = chosen.entry.value(outputs.clone(), case.targets, numbers)[0]
    gradient = chosen.entry.gradient(outputs.clone(), case.targets, numbers)
    # All rows of a unit and all of its outputs move together.
    slope = (gradient * case.direction).sum(2).view(-1, len(loss)).sum(0)
    return loss.numpy(), slope.numpy()


def _table(chosen: ChosenLoss, scene: LossScene) -> Table:
    places = np.array(scene.places)
    cases = scene.cases(places)
    heads, columns = [scene.axis.title.partition(",")[0]], [places]
    for case in cases:
        heads += [f"loss, {case.label}" if case.label else "loss", "slope"]
        columns += _looked_at(chosen, case)
    return Table(tuple(heads), tuple(tuple(map(float, row)) for row in zip(*columns, strict=True)))


def _alt(scene: LossScene, values: list[Curve]) -> str:
    told = [f"{curve.label}: {_shape(curve)}" if len(values) > 1 else _shape(curve) for curve in values]
    return f"Loss and slope over {scene.axis.title}; {'; '.join(told)}."


def _shape(curve: Curve) -> str:
    """Where it is least, in words."""
    there = np.isfinite(curve.y)
    x, y = curve.x[there], curve.y[there]
    least = np.flatnonzero(y <= y.min() + 1e-9 * np.ptp(y))
    first, last = int(least[0]), int(least[-1])
    # Between two places the curve may reach lower than at either: what is next to nothing is 0.
    lowest, begin, end = (_number(float(value), float(np.ptp(y))) for value in (y.min(), x[first], x[last]))
    if first == last and first in (0, len(x) - 1):
        return "falls all the way" if first else "rises all the way"
    if first == 0:
        return f"least ({lowest}) up to {end}"
    return f"least ({lowest}) from {begin} on" if last == len(x) - 1 else f"least ({lowest}) at {begin}"


def _number(value: float, span: float) -> str:
    return spoken(0.0 if abs(value) < 1e-5 * span else value)


def _facts(values: list[Curve], slopes: list[Curve]) -> dict[str, float | int | str]:
    loss = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in values])
    slope = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in slopes])
    return {"least_loss": float(loss.min()), "largest_slope": float(np.abs(slope).max())}
