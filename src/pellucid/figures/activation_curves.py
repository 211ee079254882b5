"""An activation as a curve, with its derivative as it carries gradients back.

Where a value depends on several inputs, one of them moves and the others stand still.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch

from pellucid.activations import ChosenActivation, Numbers
from pellucid.errors import UsageError
from pellucid.evaluation import format_percent, plural
from pellucid.figures.curves import broken, room_for, spoken
from pellucid.figures.figure import Axis, Bars, Curve, FigureData, Panel
from pellucid.figures.table import Table
from pellucid.shapes import Floats

__all__ = ["activation_figure"]

_FAR, _POINTS = 5.0, 1601
_PLACES = (-4.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 4.0)
# A value beyond this would flatten everything else.
_HIGHEST = 6.0
_MET, _BINS, _FLAT = 0.995, 60, 0.01


@dataclass(frozen=True)
class _Scene:
    """What moves and what is looked at.

    Attributes:
        axis: Name of the input that moves.
        rest: Values of all inputs ``[i]``; the moving one's own does not count.
        moving: Its place.
        shown: Outputs to show, with their names.
        told: What else there is to say, as a sentence; may be empty.
    """

    axis: str
    rest: tuple[float, ...]
    moving: int
    shown: tuple[tuple[str, int], ...]
    told: str = ""


def activation_figure(chosen: ChosenActivation, sample: Floats | None = None) -> FigureData:
    """Value and derivative between −5 and 5, and a table of both; where values meet them, if some are given.

    Args:
        chosen: The activation.
        sample: Pre-activations of a network, any shape; they get a histogram of their own, the curves reach as far as
            they do, and it is said how many of them learn next to nothing. None: the curves alone.

    Raises:
        UsageError: If there is a sample, and the activation reads several numbers at once or the sample has no finite
            value.
    """
    scene = _scene(chosen)
    met = None if sample is None else _finite(chosen, sample)
    far = _FAR if met is None else max(_FAR, float(np.quantile(np.abs(met), _MET)))
    x = np.linspace(-far, far, _POINTS)
    cases = [(name, place, numbers) for name, place in scene.shown for name, numbers in _readings(chosen, name)]
    values, slopes = [], []
    for series, (name, place, numbers) in enumerate(cases):
        y, dy = _looked_at(chosen, scene, x, place, numbers)
        values.append(Curve(name, *broken(x, y), series=series))
        slopes.append(Curve(name, *broken(x, dy), series=series))
    across = Axis(scene.axis)
    figure = FigureData(
        title=str(chosen),
        panels=(
            Panel(across, Axis("value"), curves=values, limits=room_for(values, highest=_HIGHEST)),
            Panel(across, Axis("derivative"), curves=slopes, limits=room_for(slopes, highest=_HIGHEST)),
        ),
        alt=_alt(chosen, scene),
        table=_table(chosen, scene),
        facts=_facts(chosen, scene, x),
    )
    return figure if met is None else _with_sample(figure, chosen, scene, met, far)


def _finite(chosen: ChosenActivation, sample: Floats) -> Floats:
    entry = chosen.entry
    if entry.rowwise or entry.takes is not None:
        raise UsageError(f"{entry.name} reads several numbers at once, so single pre-activations say nothing about it.")
    values = np.asarray(sample, dtype=np.float64).ravel()
    values = values[np.isfinite(values)]
    if not len(values):
        raise UsageError("The sample of pre-activations has no finite value. Give those of some rows.")
    return values


def _with_sample(figure: FigureData, chosen: ChosenActivation, scene: _Scene, met: Floats, far: float) -> FigureData:
    """The figure with a histogram of what the activation meets, and what becomes of the gradients there."""
    _, slopes = _looked_at(chosen, scene, met, scene.shown[0][1], chosen.own_numbers)
    slopes = np.abs(slopes)
    largest = float(figure.facts["largest_derivative"])
    flat = float((slopes < _FLAT * largest).mean())
    heights, edges = np.histogram(np.clip(met, -far, far), bins=_BINS, range=(-far, far))
    share = Axis("share of pre-activations")
    bars = Bars("pre-activations", edges, heights / len(met))
    told = (
        f"{format_percent(flat)} of {plural(len(met), 'pre-activation')} lie where the derivative is below 1 % of its "
        f"largest; on average it is {spoken(float(slopes.mean()))}."
    )
    return replace(
        figure,
        panels=(
            *figure.panels,
            Panel(Axis(scene.axis), share, bars=bars, limits=(-far, far, 0.0, _room(bars.heights))),
        ),
        alt=f"{figure.alt} {told}",
        facts={**figure.facts, "flat_share": flat, "mean_derivative": float(slopes.mean())},
        caption=told,
    )


def _room(heights: Floats) -> float:
    return 1.08 * float(heights.max())


def _scene(chosen: ChosenActivation) -> _Scene:
    entry, numbers = chosen.entry, chosen.numbers
    if entry.rowwise:
        return _row_scene(chosen)
    if entry.takes is not None:
        inputs = entry.takes(1, numbers)
        if entry.name == "maxout":
            told = f"Its other {'input stands' if inputs == 2 else f'{inputs - 1} inputs stand'} at 0."
            return _Scene("x₁", (0.0,) * inputs, 0, (("y", 0),), told)
        return _Scene("b, the gate's input, with a = 1", (1.0,) * inputs, inputs - 1, (("y", 0),))
    if entry.gives is not None:
        outputs = entry.gives(1, numbers)
        return _Scene("x", (0.0,), 0, tuple((f"y{_below(place + 1)}", place) for place in range(outputs)))
    return _Scene("x", (0.0,), 0, (("y", 0),), _told(chosen))


def _row_scene(chosen: ChosenActivation) -> _Scene:
    entry = chosen.entry
    if entry.takes is not None:
        # Scores of a head and its clusters: the first one moves.
        inputs = entry.takes(sum(_sizes(chosen)), chosen.numbers)
        return _Scene(
            "x₁, the first score, the others 0",
            (0.0,) * inputs,
            0,
            (("first class", 0), ("first class of a cluster", _sizes(chosen)[0])),
        )
    if entry.name == "increasing":
        return _Scene("x₁, the others 0", (0.0,) * 3, 1, tuple((f"y{_below(k)}", k) for k in range(3)))
    return _Scene("x₁, in a row with two zeros", (0.0,) * 3, 0, (("y₁", 0), ("y₂ = y₃", 1)))


def _sizes(chosen: ChosenActivation) -> tuple[int, ...]:
    head, clusters = chosen.numbers["head"], chosen.numbers["clusters"]
    assert isinstance(head, int) and isinstance(clusters, tuple)
    return (head, *(int(size) for size in clusters))


def _readings(chosen: ChosenActivation, name: str) -> list[tuple[str, Numbers]]:
    """The numbers to look at it with: its own, and for a drawn number also both ends of its range."""
    own = chosen.own_numbers
    drawn = chosen.entry.draws
    if not drawn:
        return [(name, own)]
    ends = [chosen.numbers[end] for end in chosen.entry.draw_between]
    return [(f"{drawn} {value:.3g}", {**own, drawn: value}) for value in (own[drawn], *ends)]


def _looked_at(
    chosen: ChosenActivation, scene: _Scene, x: Floats, place: int, numbers: Numbers
) -> tuple[Floats, Floats]:
    """One output ``[n]`` and its derivative by the moving input ``[n]``."""
    inputs = torch.tensor(scene.rest, dtype=torch.float64).repeat(1, len(x), 1)
    inputs[0, :, scene.moving] = torch.as_tensor(x)
    y = chosen.entry.value(inputs.clone(), numbers)
    dy = torch.zeros_like(y)
    dy[..., place] = 1.0
    slope = chosen.entry.pull(dy, inputs, y, numbers)
    return y[0, :, place].numpy(), slope[0, :, scene.moving].numpy()


def _table(chosen: ChosenActivation, scene: _Scene) -> Table:
    places = np.array(_PLACES)
    heads, columns = [scene.axis.partition(",")[0]], [places]
    for name, place in scene.shown:
        several = f" of {name}" if len(scene.shown) > 1 else ""
        heads += [name if several else "value", f"derivative{several}"]
        columns += _looked_at(chosen, scene, places, place, chosen.own_numbers)
    return Table(tuple(heads), tuple(tuple(map(float, row)) for row in zip(*columns, strict=True)))


def _alt(chosen: ChosenActivation, scene: _Scene) -> str:
    entry = chosen.entry
    flat = {"nowhere": "saturates nowhere", "everywhere": "is flat everywhere"}
    ends = flat.get(entry.saturates, f"saturates {entry.saturates}")
    parts = [f"Value and derivative over {scene.axis}: values in {entry.range}; it {ends}.", scene.told]
    return " ".join(part for part in parts if part)


def _told(chosen: ChosenActivation) -> str:
    own = chosen.own_numbers
    if chosen.entry.draws:
        return f"While training each value draws its own {chosen.entry.draws}; predicting takes the mean."
    told = [f"{each.name} = {own[each.name]:g}" for each in chosen.entry.learned]
    return f"Shown as learning begins: {', '.join(told)}." if told else ""


def _facts(chosen: ChosenActivation, scene: _Scene, x: Floats) -> dict[str, float | int | str]:
    place, numbers = scene.shown[0][1], chosen.own_numbers
    y, dy = _looked_at(chosen, scene, np.zeros(1), place, numbers)
    _, slopes = _looked_at(chosen, scene, x, place, numbers)
    return {
        # −0 is 0 to a reader.
        "value_at_0": float(y[0]) + 0.0,
        "derivative_at_0": float(dy[0]) + 0.0,
        "largest_derivative": float(slopes.max()),
        "least_derivative": float(slopes.min()),
    }


def _below(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
