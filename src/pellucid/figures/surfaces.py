"""Test surfaces for update rules: value, gradient and minimum over a plane, and where a descent begins.

They show what tells rules apart: a round bowl that all of them manage, a valley that is narrow across and flat along, a
saddle that holds who starts on its ridge, two minima of which one is lower, and a squared error of which each step sees
a few rows only.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from pellucid.catalogue import Chosen, Entry, Parameter, Registry, Value
from pellucid.shapes import Floats

__all__ = ["SURFACES", "ChosenSurface", "TestSurface"]

Numbers = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class TestSurface(Entry):
    """A surface f(x, y).

    Attributes:
        value: ``(points [..., 2], numbers) → heights [...]``.
        gradient: ``(points [..., 2], numbers, step) → [..., 2]``; only a noisy surface looks at the step's number.
        minimum: ``numbers → (x, y)`` of the lowest point.
        start: Where a descent begins.
        window: (left, right, bottom, top) of a drawing.
    """

    __test__ = False

    value: Callable[[Floats, Numbers], Floats]
    gradient: Callable[[Floats, Numbers, int], Floats]
    minimum: Callable[[Numbers], tuple[float, float]]
    start: tuple[float, float]
    window: tuple[float, float, float, float]


class ChosenSurface(Chosen[TestSurface]):
    """A surface with its numbers."""

    def value(self, points: Floats) -> Floats:
        """Heights ``[...]`` of points ``[..., 2]``."""
        return self.entry.value(np.asarray(points, dtype=np.float64), self.numbers)

    def gradient(self, points: Floats, step: int = 0) -> Floats:
        """Gradient ``[..., 2]`` at points ``[..., 2]`` as step number ``step`` (from 0) sees it."""
        return self.entry.gradient(np.asarray(points, dtype=np.float64), self.numbers, step)

    @property
    def minimum(self) -> tuple[float, float]:
        """The lowest point."""
        return self.entry.minimum(self.numbers)


def _number(numbers: Numbers, name: str) -> float:
    value = numbers[name]
    assert isinstance(value, int | float)
    return float(value)


def _quadratic_value(p: Floats, n: Numbers) -> Floats:
    # ½(x² + κ·y²)
    heights: Floats = 0.5 * (p[..., 0] ** 2 + _number(n, "condition") * p[..., 1] ** 2)
    return heights


def _quadratic_gradient(p: Floats, n: Numbers, step: int) -> Floats:
    return np.stack([p[..., 0], _number(n, "condition") * p[..., 1]], axis=-1)


def _saddle_value(p: Floats, n: Numbers) -> Floats:
    # ½x² − ½y² + ¼y⁴: the quartic term keeps it bounded, with minima at y = ±1.
    x, y = p[..., 0], p[..., 1]
    heights: Floats = 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4
    return heights


def _saddle_gradient(p: Floats, n: Numbers, step: int) -> Floats:
    x, y = p[..., 0], p[..., 1]
    return np.stack([x, y**3 - y], axis=-1)


def _two_minima_value(p: Floats, n: Numbers) -> Floats:
    # ¼x⁴ − ½x² + tilt·x + ½y²
    x, y = p[..., 0], p[..., 1]
    heights: Floats = 0.25 * x**4 - 0.5 * x**2 + _number(n, "tilt") * x + 0.5 * y**2
    return heights


def _two_minima_gradient(p: Floats, n: Numbers, step: int) -> Floats:
    x, y = p[..., 0], p[..., 1]
    return np.stack([x**3 - x + _number(n, "tilt"), y], axis=-1)


def _two_minima_minimum(n: Numbers) -> tuple[float, float]:
    # The lowest real root of x³ − x + tilt = 0 by Viète's formula: three real roots while |tilt| < 2/(3√3).
    tilt = _number(n, "tilt")
    angle = math.acos(-tilt * 1.5 * math.sqrt(3)) / 3
    return 2 / math.sqrt(3) * math.cos(angle - 4 * math.pi / 3), 0.0


_ROWS = 64


def _line_rows() -> tuple[Floats, Floats]:
    """Rows of y = 1.5·x + 0.5 with noise: x evenly spread over ±1, deviation 0.5 from a fixed seed."""
    x = np.linspace(-1.0, 1.0, _ROWS)
    return x, 1.5 * x + 0.5 + 0.5 * np.random.Generator(np.random.Philox(key=12)).standard_normal(_ROWS)


def _line_value(p: Floats, n: Numbers) -> Floats:
    # ½·mean (w·x + b − y)², over all rows
    x, y = _line_rows()
    heights: Floats = 0.5 * np.mean((p[..., :1] * x + p[..., 1:] - y) ** 2, axis=-1)
    return heights


def _line_gradient(p: Floats, n: Numbers, step: int) -> Floats:
    x, y = _line_rows()
    rows = int(_number(n, "batch"))
    steps = -(-_ROWS // rows)
    # One order of rows for each epoch, a function of seed and epoch.
    key = np.array([int(_number(n, "seed")), step // steps], dtype=np.uint64)
    order = np.random.Generator(np.random.Philox(key=key)).permutation(_ROWS)
    chosen = order[step % steps * rows :][:rows]
    x, y = x[chosen], y[chosen]
    error = p[..., :1] * x + p[..., 1:] - y
    return np.stack([np.mean(error * x, axis=-1), np.mean(error, axis=-1)], axis=-1)


def _line_minimum(n: Numbers) -> tuple[float, float]:
    # Least squares; x has mean 0, so that slope and intercept come apart.
    x, y = _line_rows()
    return float(np.sum(x * y) / np.sum(x * x)), float(np.mean(y))


def _condition(default: float) -> Parameter:
    return Parameter(
        name="condition",
        default=default,
        low=1.0,
        high=1e6,
        meaning="curvature across, divided by the curvature along",
    )


SURFACES = Registry(
    "surface",
    (
        TestSurface(
            name="bowl",
            formula="½(x² + condition·y²)",
            purpose="A round bowl: what every rule has to manage.",
            source="common",
            aliases=("convex_bowl", "convex"),
            parameters=(_condition(1.0),),
            value=_quadratic_value,
            gradient=_quadratic_gradient,
            minimum=lambda n: (0.0, 0.0),
            start=(-2.0, -2.0),
            window=(-2.6, 2.6, -2.6, 2.6),
        ),
        TestSurface(
            name="valley",
            formula="½(x² + condition·y²)",
            purpose="Ill-conditioned: steep across, flat along. Plain descent must go slowly or swing from side to "
            "side; momentum and per-parameter rates help.",
            source="common",
            aliases=("ill_conditioned", "ravine"),
            parameters=(_condition(25.0),),
            value=_quadratic_value,
            gradient=_quadratic_gradient,
            minimum=lambda n: (0.0, 0.0),
            start=(-2.0, 0.8),
            window=(-2.5, 1.5, -1.1, 1.1),
        ),
        TestSurface(
            name="saddle",
            formula="½x² − ½y² + ¼y⁴",
            purpose="A saddle at (0, 0) between two minima: the gradient almost vanishes there, and who starts beside "
            "the ridge is held for long.",
            source="common",
            aliases=("saddle_point",),
            value=_saddle_value,
            gradient=_saddle_gradient,
            minimum=lambda n: (0.0, 1.0),
            start=(-1.6, 0.01),
            window=(-2.0, 1.2, -1.5, 1.5),
        ),
        TestSurface(
            name="two_minima",
            formula="¼x⁴ − ½x² + tilt·x + ½y²",
            purpose="A lower and a higher minimum; the descent begins on the side of the higher one, and only momentum "
            "or large steps pass the hill between them.",
            source="common",
            aliases=("local_minimum",),
            parameters=(
                Parameter(
                    name="tilt", default=0.1, low=0.0, high=0.38, meaning="how much lower one of the minima lies"
                ),
            ),
            value=_two_minima_value,
            gradient=_two_minima_gradient,
            minimum=_two_minima_minimum,
            start=(1.8, 1.0),
            window=(-2.0, 2.2, -1.3, 1.3),
        ),
        TestSurface(
            name="noisy",
            formula="½·mean (w·x + b − y)²",
            purpose="The squared error of a line through 64 noisy rows, from w = b = −2; each step sees `batch` of "
            "them: 64 is batch gradient descent, 1 stochastic, anything between mini-batch.",
            source="common",
            aliases=("noise", "line"),
            parameters=(
                Parameter(name="batch", kind="whole", default=4, low=1, high=_ROWS, meaning="rows per step"),
                Parameter(name="seed", kind="whole", default=0, low=0, high=2**32, meaning="of the order of the rows"),
            ),
            value=_line_value,
            gradient=_line_gradient,
            minimum=_line_minimum,
            start=(-2.0, -2.0),
            window=(-2.6, 3.4, -2.6, 2.2),
        ),
    ),
    ChosenSurface,
)
