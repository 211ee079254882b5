"""The loss around a solution, along two random directions: how steep and how even the ground is where training ended.

Li, Xu, Taylor, Studer & Goldstein (2018), "Visualizing the loss landscape of neural nets", §4: every unit's part of a
direction is brought to the length of that unit's own weights, so that networks of different scales can be compared.
"""

from collections.abc import Callable, Mapping

import numpy as np

from pellucid.errors import UsageError
from pellucid.evaluation import format_percent
from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, FigureData, Mark, Panel, Surface
from pellucid.figures.plane_picture import level_steps
from pellucid.figures.table import Table
from pellucid.shapes import Array, Floats

__all__ = ["filter_normalised", "loss_surface"]

_READ = 0.8
"""Share of the places whose losses decide the steps of the contours: corners may be steep beyond all measure."""


def loss_surface(
    losses: Callable[[Mapping[str, Floats]], Floats],
    parameters: Mapping[str, Array],
    *,
    reach: float = 1.0,
    places: int = 25,
    seed: int = 0,
    label: str = "loss",
    title: str = "",
    caption: str = "",
) -> FigureData:
    """Losses at θ + a·δ + b·η for a and b from −reach to reach.

    Args:
        losses: Parameters of k networks, each ``[k, …]`` → their losses ``[k]``.
        parameters: Of the solution. Those with two axes ``[i, o]`` move; biases and all others stand still.
        reach: How far, in lengths of the solution's own weights; > 0.
        places: Along each side; odd, so that the solution is one of them; ≥ 3.
        seed: Of the two directions.
        label: What the loss is.
        title: Empty: says what it is.
        caption: Said after what the figure itself has to say: on which rows, say.

    Raises:
        UsageError: If a number is out of its range, nothing can move, or the solution has no finite loss.
    """
    if reach <= 0 or places < 3 or places % 2 == 0:
        raise UsageError(
            f"A surface has an odd number of places, 3 or more, and a reach above 0; {places} and {reach} were given."
        )
    steps = np.linspace(-reach, reach, places)
    first, second = (filter_normalised(parameters, seed=seed, number=number) for number in range(2))
    heights = np.empty((places, places))
    for line, up in enumerate(steps):
        moved = {
            name: np.asarray(own, dtype=np.float64)[None]
            + steps.reshape(-1, *(1,) * own.ndim) * first.get(name, 0.0)
            + up * second.get(name, 0.0)
            for name, own in parameters.items()
        }
        heights[line] = losses(moved)
    centre = float(heights[places // 2, places // 2])
    if not np.isfinite(centre):
        raise UsageError("The solution itself has no finite loss, so there is no ground to look at.")
    finite = heights[np.isfinite(heights)]
    shown = np.minimum(np.where(np.isfinite(heights), heights, np.inf), float(finite.max()))
    read = finite[finite <= max(float(np.quantile(finite, _READ)), centre)]
    lowest = np.unravel_index(shown.argmin(), shown.shape)
    double = float((heights <= 2 * centre).mean())
    marks = [Mark("solution", 0.0, 0.0)]
    if shown[lowest] < centre:
        marks.append(Mark("lowest place", float(steps[lowest[1]]), float(steps[lowest[0]])))
    chosen = np.linspace(0, places - 1, 5).round().astype(np.int64)
    axes = (Axis("along one random direction"), Axis("along another"))
    told = (
        f"Random directions, seed {seed}; each unit's part is as long as the unit's own weights (Li et al. 2018): "
        "1 is as far as the weights are from 0. Biases stand still. Other directions look different."
    )
    return FigureData(
        title=title or "Loss around the solution",
        panels=(
            Panel(
                *axes,
                surface=Surface(steps, steps, shown, level_steps(read), label=label),
                marks=marks,
                limits=(-reach, reach, -reach, reach),
                square=True,
            ),
        ),
        alt=f"The {label} is {spoken(centre)} at the solution and lies between {spoken(float(shown.min()))} and "
        f"{spoken(float(finite.max()))} around it; {format_percent(double)} of the window are at most twice as high.",
        table=Table(
            ("first direction", "second direction", label),
            tuple((float(steps[k]), float(steps[line]), float(heights[line, k])) for line in chosen for k in chosen),
        ),
        facts={
            "at_solution": centre,
            "lowest": float(shown.min()),
            "highest": float(finite.max()),
            "within_double": double,
        },
        caption=" ".join(part for part in (told, caption) if part),
    )


def filter_normalised(parameters: Mapping[str, Array], *, seed: int, number: int) -> dict[str, Floats]:
    """A random direction for every parameter with two axes, each column as long as that of the parameter.

    Args:
        parameters: By name; those of two axes are ``[i, o]``, a column a unit.
        seed: Of the directions.
        number: Which of them.

    Raises:
        UsageError: If no parameter has two axes.
    """
    draws = np.random.default_rng([seed, number])
    found: dict[str, Floats] = {}
    for name, own in parameters.items():
        if own.ndim == 2:
            drawn = draws.standard_normal(own.shape)
            lengths = np.sqrt((drawn**2).sum(axis=0))
            found[name] = drawn / np.maximum(lengths, 1e-300) * np.sqrt((np.asarray(own, np.float64) ** 2).sum(axis=0))
    if not found:
        raise UsageError("No parameter has two axes, so there is nothing to move. Give weights as [inputs, units].")
    return found
