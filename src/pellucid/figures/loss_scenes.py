"""What moves when a loss is drawn: an error, a logit, an angle, a distance; one scene for each shape of loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.figures.figure import Axis
from pellucid.objectives import ChosenLoss
from pellucid.shapes import Floats

__all__ = ["Case", "LossScene", "scene_of"]

_POINTS = 801


@dataclass(frozen=True)
class Case:
    """One curve.

    Attributes:
        label: For the legend.
        outputs: Of a stack of one, one unit for each place ``[1, k·n, o]``.
        direction: How the outputs move as the axis does, same shape.
        targets: As the loss takes them, ``[1, n, …]``.
    """

    label: str
    outputs: Tensor
    direction: Tensor
    targets: Tensor


@dataclass(frozen=True)
class LossScene:
    """What a picture of a loss shows.

    Attributes:
        axis: What moves.
        low: First place.
        high: Last place.
        places: Where a table looks.
        cases: ``places [n] → curves`` at these places.
    """

    axis: Axis
    low: float
    high: float
    places: tuple[float, ...]
    cases: Callable[[Floats], list[Case]]

    @property
    def x(self) -> Floats:
        """Places of the curves ``[n]``."""
        return np.linspace(self.low, self.high, _POINTS)


_AROUND = (-4.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 4.0)
_CHANCES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_AWAY = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)


def scene_of(loss: ChosenLoss) -> LossScene:
    """The scene for a loss, by what it reads and the shape of its targets."""
    entry, numbers = loss.entry, loss.numbers
    match (entry.form, entry.reads):
        case ("elements", "rates"):
            return _rates(log=bool(numbers["log_input"]))
        case ("elements", _):
            return LossScene(Axis("error z − y"), -4, 4, _AROUND, lambda x: [_case("", [x], [1.0], [0.0])])
        case ("rows", "mean_and_variance"):
            return _with_variance()
        case ("rows", _):
            levels = numbers["levels"]
            assert isinstance(levels, tuple)
            return _levels(levels)
        case ("chances", "probabilities"):
            return _two(Axis("probability z"), 0.02, 0.98, _CHANCES)
        case ("chances" | "chances_or_classes" | "marks" | "label_means", _):
            return _two(Axis("output z"), -5, 5, _AROUND)
        case ("classes", "log_probabilities"):
            return LossScene(
                Axis("log-probability of the row's class"),
                -6,
                0,
                (-6.0, -4.0, -2.0, -1.0, -0.5, -0.1, 0.0),
                lambda x: [_classes("", x, 0, count=2)],
            )
        case ("classes" | "class_rows", _):
            return _scores(3)
        case ("clustered_classes", _):
            cutoffs = numbers["cutoffs"]
            assert isinstance(cutoffs, tuple)
            return _scores(int(cutoffs[-1]) + 1 + len(cutoffs))
        case ("labels", _):
            return _labels()
        case ("shares", _):
            return _shares(log=bool(numbers["log_target"]))
        case ("ranks", _):
            return _ranks()
        case ("pairs", _):
            return _angles()
        case ("distances", _):
            return LossScene(Axis("distance"), 0, 3, _AWAY, _distances)
        case ("score_pairs", _):
            return LossScene(Axis("first score − second score"), -4, 4, _AROUND, _score_pairs)
        case ("triplets", _):
            return LossScene(Axis("distance of the unlike row"), 0, 4, (*_AWAY, 4.0), _triplets)
        case ("sequences", _):
            return LossScene(Axis("probability of the right symbol, frame by frame"), 0.05, 0.95, _CHANCES, _frames)
    raise ValueError(f"no picture for a loss of form {entry.form} that reads {entry.reads}")


def _case(
    label: str, outputs: Sequence[Floats | float], direction: Sequence[Floats | float], targets: Sequence[float]
) -> Case:
    """One row a unit; outputs and directions by column, targets the same for all: one number, or a list of columns."""
    n = next(len(column) for column in outputs if isinstance(column, np.ndarray))
    laid = [np.stack([np.broadcast_to(column, n) for column in each], 1)[None] for each in (outputs, direction)]
    aim = torch.tensor(targets, dtype=torch.float64).expand(1, n, len(targets))
    wide = aim if len(targets) > 1 else aim[:, :, 0]
    return Case(label, torch.tensor(laid[0]), torch.tensor(laid[1]), wide.contiguous())


def _rates(*, log: bool) -> LossScene:
    axis, low, high = (Axis("output z, log of the rate"), -2.0, 3.0) if log else (Axis("output z, the rate"), 0.05, 8.0)
    places = (-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0) if log else (0.05, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0)
    return LossScene(axis, low, high, places, lambda x: [_case(f"y = {y:g}", [x], [1.0], [y]) for y in (0.0, 2.0, 5.0)])


def _with_variance() -> LossScene:
    def cases(x: Floats) -> list[Case]:
        return [_case(f"variance {v:g}", [x, np.log(v)], [1.0, 0.0], [0.0]) for v in (0.25, 1.0, 4.0)]

    return LossScene(Axis("error μ − y"), -4, 4, _AROUND, cases)


def _levels(levels: tuple[float, ...]) -> LossScene:
    def cases(x: Floats) -> list[Case]:
        made = []
        for place, level in enumerate(levels):
            moving: list[Floats | float] = [0.0] * len(levels)
            turned: list[Floats | float] = [0.0] * len(levels)
            moving[place], turned[place] = x, 1.0
            made.append(_case(f"level {level:g}", moving, turned, [0.0]))
        return made

    return LossScene(Axis("error z − y"), -4, 4, _AROUND, cases)


def _two(axis: Axis, low: float, high: float, places: tuple[float, ...]) -> LossScene:
    return LossScene(
        axis, low, high, places, lambda x: [_case("yes", [x], [1.0], [1.0]), _case("no", [x], [1.0], [0.0])]
    )


def _classes(label: str, x: Floats, target: int, *, count: int) -> Case:
    """The first of ``count`` outputs moves, the others stand at 0; the target is a class number."""
    outputs, direction = torch.zeros(1, len(x), count, dtype=torch.float64), torch.zeros(1, len(x), count).double()
    outputs[0, :, 0], direction[0, :, 0] = torch.tensor(x), 1.0
    return Case(label, outputs, direction, torch.full((1, len(x)), target))


def _scores(count: int) -> LossScene:
    def cases(x: Floats) -> list[Case]:
        return [
            _classes("score of the row's class", x, 0, count=count),
            _classes("score of another class", x, 1, count=count),
        ]

    return LossScene(Axis("one score z, the others 0"), -5, 5, _AROUND, cases)


def _labels() -> LossScene:
    def cases(x: Floats) -> list[Case]:
        return [
            _case("score of a label", [x, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]),
            _case("score of another", [x, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
        ]

    return LossScene(Axis("one of three scores, the others 0"), -5, 5, _AROUND, cases)


def _shares(*, log: bool) -> LossScene:
    def cases(x: Floats) -> list[Case]:
        made = []
        for share in (0.5, 0.7, 0.9):
            given = [share, 1.0 - share]
            aim = [float(np.log(each)) for each in given] if log else given
            made.append(_case(f"share {share:g}", [np.log(x), np.log1p(-x)], [1.0 / x, -1.0 / (1.0 - x)], aim))
        return made

    return LossScene(Axis("probability of the first of two classes"), 0.02, 0.98, _CHANCES, cases)


def _ranks() -> LossScene:
    thresholds = np.array([1.5, 0.0, -1.5])

    def cases(x: Floats) -> list[Case]:
        outputs = torch.tensor(x[:, None] + thresholds)[None]
        return [
            Case(f"class {rank}", outputs, torch.ones_like(outputs), torch.full((1, len(x)), rank))
            for rank in range(len(thresholds) + 1)
        ]

    return LossScene(Axis("score z, thresholds at −1.5, 0 and 1.5"), -5, 5, _AROUND, cases)


def _units(*rows: Sequence[Floats | float]) -> Tensor:
    """Rows of every unit behind one another: columns of each row → ``[1, k·n, o]``."""
    n = next(len(column) for row in rows for column in row if isinstance(column, np.ndarray))
    laid = [np.stack([np.broadcast_to(column, n) for column in row], 1) for row in rows]
    return torch.tensor(np.concatenate(laid))[None]


def _signed(outputs: Tensor, direction: Tensor, n: int, labels: tuple[str, str]) -> list[Case]:
    return [
        Case(label, outputs, direction, torch.full((1, n), sign, dtype=torch.float64))
        for label, sign in zip(labels, (1.0, -1.0), strict=True)
    ]


def _angles() -> LossScene:
    def cases(x: Floats) -> list[Case]:
        outputs = _units([1.0 + 0.0 * x, 0.0], [np.cos(x), np.sin(x)])
        direction = _units([0.0 * x, 0.0], [-np.sin(x), np.cos(x)])
        return _signed(outputs, direction, len(x), ("alike", "unlike"))

    places = tuple(float(step) for step in np.linspace(0.0, np.pi, 7))
    return LossScene(Axis("angle between the two", "rad"), 0.0, np.pi, places, cases)


def _distances(x: Floats) -> list[Case]:
    return _signed(_units([x], [0.0]), _units([1.0 + 0.0 * x], [0.0]), len(x), ("alike", "unlike"))


def _score_pairs(x: Floats) -> list[Case]:
    outputs, direction = _units([x], [0.0]), _units([1.0 + 0.0 * x], [0.0])
    return _signed(outputs, direction, len(x), ("first above", "first below"))


def _triplets(x: Floats) -> list[Case]:
    # On a line: the anchor at 0, the like row on one side, the unlike one on the other.
    return [
        Case(
            f"like row at {near:g}",
            _units([0.0 * x], [-near], [x]),
            _units([0.0 * x], [0.0], [1.0 + 0.0 * x]),
            torch.ones(1, len(x), dtype=torch.float64),
        )
        for near in (0.5, 1.0, 2.0)
    ]


def _frames(x: Floats) -> list[Case]:
    # Four frames that say a, a, b, b; blank and the other letter share the rest.
    right, other = np.log(x), np.log(0.5 * (1.0 - x))
    up, down = 1.0 / x, -1.0 / (1.0 - x)
    outputs = _units(*([[other, right, other]] * 2), *([[other, other, right]] * 2))
    direction = _units(*([[down, up, down]] * 2), *([[down, down, up]] * 2))
    return [
        Case(
            f"label {word}",
            outputs,
            direction,
            torch.tensor([4, len(labels), *labels, *[0] * (2 - len(labels))]).expand(1, len(x), -1),
        )
        for word, labels in (("ab", (1, 2)), ("a", (1,)))
    ]
