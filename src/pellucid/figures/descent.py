"""An optimizer as a path on a test surface, and how fast it comes down."""

from dataclasses import dataclass

import numpy as np

from pellucid.errors import UsageError
from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Curve, FigureData, Mark, Panel
from pellucid.figures.landscape import contours
from pellucid.figures.surfaces import SURFACES, ChosenSurface
from pellucid.figures.table import Table
from pellucid.optimizers import OPTIMIZERS, ChosenOptimizer
from pellucid.optimizers.path import descend_together
from pellucid.shapes import Array, Floats

__all__ = ["Descent", "descent_figure", "find_descent"]

_STEPS = 60
# Rates that are tried where none is given: four to a factor of ten.
_RATES = tuple(float(f"{10.0**power:.2g}") for power in np.arange(-4.0, 1.26, 0.25))
# So close to the bottom, as a share of the height of the start, counts as arrived.
_NEAR = 0.01
_FLOOR = 1e-16


@dataclass(frozen=True)
class Descent:
    """One path.

    Attributes:
        chosen: The rule with its learning rate.
        path: Where it was, ``[steps + 1, 2]``.
        heights: Above the lowest point ``[steps + 1]``.
        tried: Learning rates that it is the best of; 1 where it was given.
    """

    chosen: ChosenOptimizer
    path: Floats
    heights: Floats
    tried: int

    @property
    def lr(self) -> float:
        """Its learning rate."""
        return float(self.chosen.numbers["lr"])  # type: ignore[arg-type]

    @property
    def arrival(self) -> int | None:
        """The first step from which it stays within a hundredth of the start's height; None where there is none."""
        # NaN is far away.
        near: Array = self.heights <= _NEAR * self.heights[0]
        away = np.flatnonzero(~near)
        last = int(away[-1]) + 1 if len(away) else 0
        return last if last < len(self.heights) else None

    def leaves(self, window: tuple[float, float, float, float]) -> bool:
        """Whether it is ever outside of a window; NaN is outside."""
        left, right, bottom, top = window
        x, y = self.path[:, 0], self.path[:, 1]
        return not bool(np.all((x >= left) & (x <= right) & (y >= bottom) & (y <= top)))


def descent_figure(
    chosen: ChosenOptimizer, *, surface: str | None = None, lr: float | None = None, steps: int | None = None
) -> FigureData:
    """The path on a surface, its height step by step, and a table of both.

    Args:
        chosen: The rule. A learning rate other than its default is kept.
        surface: Choice of a test surface; None: the valley.
        lr: Learning rate; None takes the best of 22 between 1e-4 and 18, all tried as one stack.
        steps: Length of the path; None: 60.

    Raises:
        UnknownNameError: If there is no such surface; offers the nearest.
        UsageError: If a number is out of its range.
    """
    ground = SURFACES(surface or "valley")
    found = find_descent(chosen, ground, lr=lr, steps=_STEPS if steps is None else steps)
    inside: Array = np.all(np.isfinite(found.path), axis=1)
    step = np.arange(len(found.path), dtype=np.float64)
    start, minimum = ground.entry.start, ground.minimum
    path = np.where(inside[:, None], found.path, np.nan)
    plane = Panel(
        Axis("x"),
        Axis("y"),
        curves=[Curve("path", path[:, 0], path[:, 1], dots=True)],
        surface=contours(ground),
        marks=(Mark("start", *start), Mark("minimum", *minimum)),
        limits=ground.entry.window,
    )
    # A logarithmic axis has no 0: who is at the bottom stands at the bottom of the picture.
    height = np.where(np.isfinite(found.heights), np.maximum(found.heights, _FLOOR * found.heights[0]), np.nan)
    fall = Panel(
        Axis("step"), Axis("height above the minimum", logarithmic=True), curves=[Curve("height", step, height)]
    )
    return FigureData(
        title=f"{found.chosen} on {ground}",
        panels=(plane, fall),
        alt=_alt(found, ground),
        table=_table(found),
        facts=_facts(found, ground),
    )


def find_descent(chosen: ChosenOptimizer, surface: ChosenSurface, *, lr: float | None, steps: int) -> Descent:
    """The path with a given rate, or the best of several: within the window, the first to arrive, the lowest end.

    Raises:
        UsageError: If the learning rate or the number of steps is out of its range.
    """
    if steps < 1:
        raise UsageError(f"A path needs at least one step, found --steps {steps}.")
    own = float(chosen.numbers["lr"])  # type: ignore[arg-type]
    given = lr if lr is not None else own if own != chosen.entry.defaults["lr"] else None
    rates = _RATES if given is None else (given,)
    rules = [OPTIMIZERS(str(chosen), lr=float(rate)) for rate in rates]
    paths = descend_together(
        rules, surface.gradient, surface.entry.start, steps, height=lambda points: surface.value(points)
    )
    with np.errstate(over="ignore", invalid="ignore"):
        heights = surface.value(paths) - float(surface.value(np.array(surface.minimum)))
    made = [Descent(rule, paths[:, n], heights[:, n], len(rules)) for n, rule in enumerate(rules)]
    return min(made, key=lambda descent: _rank(descent, surface))


def _rank(descent: Descent, surface: ChosenSurface) -> tuple[bool, float, float]:
    # A path that comes back from far outside was lucky, not good.
    arrival = np.inf if descent.arrival is None else descent.arrival
    end = descent.heights[-1]
    return descent.leaves(surface.entry.window), float(arrival), float(end) if np.isfinite(end) else np.inf


def _alt(found: Descent, surface: ChosenSurface) -> str:
    best = f", the best of {found.tried} rates" if found.tried > 1 else ""
    steps = len(found.path) - 1
    told = f"{found.chosen.name} with a learning rate of {spoken(found.lr)}{best}, on {surface}: "
    end = found.heights[-1]
    if not np.isfinite(end) or end > 100 * found.heights[0]:
        return told + f"it flies off within {steps} steps."
    if found.arrival is None:
        share = end / found.heights[0]
        return told + f"after {steps} steps it still stands at {100 * share:.2g} % of the height that it began at."
    return told + f"from step {found.arrival} on it stays within 1 % of the height that it began at."


def _table(found: Descent) -> Table:
    last = len(found.path) - 1
    places = [step for step in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if step < last] + [last]
    rows = tuple((step, *map(float, found.path[step]), float(found.heights[step])) for step in places)
    return Table(("step", "x", "y", "height above the minimum"), rows)


def _facts(found: Descent, surface: ChosenSurface) -> dict[str, float | int | str]:
    return {
        "surface": str(surface),
        "lr": found.lr,
        "rates_tried": found.tried,
        "steps": len(found.path) - 1,
        "arrival": -1 if found.arrival is None else found.arrival,
        "last_height": float(found.heights[-1]),
    }
