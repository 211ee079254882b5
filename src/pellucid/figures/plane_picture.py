"""What a model says over a plane, as a picture: regions of classes or heights of numbers, with the data upon them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.evaluation import format_count, format_percent, plural
from pellucid.evaluation.deciding import told_class
from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Curve, FigureData, Panel, Points, Regions, Surface
from pellucid.figures.planes import Plane
from pellucid.figures.table import Cell, Table
from pellucid.printable import printable
from pellucid.records.replay import ReplayAxis
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["Cloud", "Goal", "legend_names", "level_steps", "line_picture", "plane_picture", "region_names"]

_MOST_POINTS = 400
_PLACES = 5
_CONTOURS = 12
_SMALL, _LARGE = 3.4, 4.6
_FEW, _MOST_IN_LEGEND = 4, 10
_SEEN = 0.004
"""Share of the plane that a region has at least, for a name to be written upon it."""


@dataclass(frozen=True)
class Goal:
    """What is predicted.

    Attributes:
        label: Name of the target.
        classes: Their labels in order; empty where a number is predicted.
        ordered: Whether their order means something, so that the median class is told.
    """

    label: str
    classes: tuple[str, ...] = ()
    ordered: bool = False

    def told(self, probabilities: Floats) -> tuple[Array, Floats]:
        """The class that is told ``[…]`` of probabilities ``[…, c]``, and its probability."""
        told = told_class(probabilities, ordered=self.ordered)
        return told, np.take_along_axis(probabilities, told[..., None], axis=-1)[..., 0]


@dataclass(frozen=True)
class Cloud:
    """Rows of the data with what is true of them.

    Attributes:
        truth: Class numbers, or values, ``[n]``; −1 or NaN where unknown.
        wrong: Rows that the model gets wrong by all of their own inputs ``[n]``; None where numbers are predicted.
        held_out: Rows that training did not see ``[n]``.
        total: Rows that there are, where these are a part of them; 0: these are all.
    """

    truth: Array
    wrong: Array | None
    held_out: Array
    total: int = 0


def plane_picture(
    plane: Plane,
    predictions: Floats,
    goal: Goal,
    cloud: Cloud | None = None,
    *,
    title: str = "",
    caption: str = "",
) -> FigureData:
    """Regions or contours over a plane.

    Args:
        plane: Its places and where the rows of the data lie.
        predictions: At the plane's rows: probabilities ``[h·w, c]``, or values ``[h·w]``.
        goal: What is predicted.
        cloud: The plane's points; None draws none.
        title: Empty: made of the target's and the inputs' names.
        caption: Said after what the plane itself has to say.
    """
    across = np.linspace(plane.x.low, plane.x.high, plane.shape[1])
    up = np.linspace(plane.y.low, plane.y.high, plane.shape[0])
    regions, surface = None, None
    if goal.classes:
        grid = predictions.reshape(*plane.shape, -1)
        regions = Regions(across, up, *goal.told(grid), legend_names(goal.classes))
    else:
        heights = predictions.reshape(plane.shape)
        surface = Surface(across, up, heights, level_steps(heights), label=printable(goal.label, limit=40))
    points, seen = _points(plane.points[:, 0], plane.points[:, 1], goal, cloud)
    if regions is not None:
        points += region_names(regions, goal.classes)
    told = [plane.told, *_told_of_points(goal, cloud, seen, rings=True), caption]
    label = printable(goal.label, limit=40)
    return FigureData(
        title=title or f"{label} by {_first(plane.x)} and {_first(plane.y)}",
        panels=(
            Panel(
                Axis(plane.x.label),
                Axis(plane.y.label),
                regions=regions,
                surface=surface,
                points=points,
                limits=(plane.x.low, plane.x.high, plane.y.low, plane.y.high),
            ),
        ),
        alt=_alt_of_plane(plane, regions, surface, goal, cloud),
        table=_table(plane, predictions, goal),
        facts=_facts(regions, surface, goal, cloud),
        caption=" ".join(part for part in told if part),
    )


def line_picture(
    x: ReplayAxis,
    places: Floats,
    predictions: Floats,
    goal: Goal,
    points: Floats,
    cloud: Cloud | None = None,
    *,
    title: str = "",
    caption: str = "",
) -> FigureData:
    """Predictions along one input: the fitted curve of a number, or the probability of each class.

    Args:
        x: The input.
        places: Along it ``[k]``.
        predictions: There: probabilities ``[k, c]``, or values ``[k]``.
        goal: What is predicted.
        points: The input of the rows of the data ``[n]``.
        cloud: What is true of them; of classes they lie at 0 and 1. None draws none.
        title: Empty: made of the target's and the input's names.
        caption: Said after the figure.
    """
    label = printable(goal.label, limit=40)
    if goal.classes:
        names = [printable(name, limit=30) for name in goal.classes]
        # Of two classes one curve says all.
        shown = [1] if len(names) == 2 else list(range(len(names)))
        curves = [Curve(f"probability of {names[k]}", places, predictions[:, k], series=k) for k in shown]
        told, _ = goal.told(predictions)
        changes = places[1:][np.diff(told) != 0]
        what = f"Probabilities of {label} over {x.label}; the class that is told changes "
        what += f"at {', '.join(spoken(place) for place in changes[:4])}." if len(changes) else "nowhere."
        y, limits = Axis("probability"), (x.low, x.high, -0.05, 1.05)
        drawn: list[Points] = []
        seen = np.zeros(0, dtype=np.int64)
        if cloud is not None and len(names) == 2:
            up = np.where(cloud.truth == 1, 1.0, 0.0)
            drawn, seen = _points(points, up, goal, cloud)
    else:
        curves = [Curve("fitted", places, predictions)]
        rising = "rises" if predictions[-1] > predictions[0] else "falls"
        what = (
            f"{label} over {x.label}: the fit {rising} from {spoken(float(predictions[0]))} to "
            f"{spoken(float(predictions[-1]))}."
        )
        y, limits = Axis(label), None
        drawn, seen = [], np.zeros(0, dtype=np.int64)
        if cloud is not None:
            drawn, seen = _points(points, np.asarray(cloud.truth, dtype=np.float64), goal, cloud)
    rows = places[np.linspace(0, len(places) - 1, 2 * _PLACES + 1).round().astype(np.int64)]
    chosen = predictions[np.searchsorted(places, rows)]
    heads = (x.label, *(f"probability of {name}" for name in goal.classes)) if goal.classes else (x.label, label)
    table = Table(
        heads,
        tuple((float(place), *map(float, np.atleast_1d(said))) for place, said in zip(rows, chosen, strict=True)),
    )
    told_of = _told_of_points(goal, cloud if drawn else None, seen, rings=bool(drawn))
    return FigureData(
        title=title or f"{label} by {_first(x)}",
        panels=(Panel(Axis(x.label), y, curves=curves, points=drawn, limits=limits),),
        alt=what,
        table=table,
        facts=_facts(None, None, goal, cloud),
        caption=" ".join(part for part in (*told_of, caption) if part),
    )


def _points(x: Floats, y: Floats, goal: Goal, cloud: Cloud | None) -> tuple[list[Points], RowNumbers]:
    """Clouds by class, those of training filled and those of the test hollow, and which rows are in them."""
    if cloud is None:
        return [], np.zeros(0, dtype=np.int64)
    truth = np.asarray(cloud.truth, dtype=np.float64)
    known = np.isfinite(x) & np.isfinite(y) & np.isfinite(truth) & (truth >= 0 if goal.classes else True)
    seen = _sampled(np.flatnonzero(known))
    found: list[Points] = []
    groups: list[tuple[str, Array, int]] = [("data", np.ones(len(truth), dtype=bool), 1)]
    if goal.classes:
        groups = [(name, truth == k, k) for k, name in enumerate(legend_names(goal.classes))]
    both = bool(cloud.held_out[seen].any() and not cloud.held_out[seen].all())
    for name, own, series in groups:
        for hollow in (False, True):
            rows = seen[own[seen] & (cloud.held_out[seen] == hollow)]
            if len(rows):
                outlined = cloud.wrong[rows] if cloud.wrong is not None and cloud.wrong[rows].any() else None
                # With many classes the legend has one entry for each; what is hollow stands below the picture.
                label = "" if hollow and both and len(groups) > _FEW else f"{name}, test" if hollow and both else name
                size = _LARGE if hollow else _SMALL
                found.append(Points(label, x[rows], y[rows], series, outlined, size=size, hollow=hollow))
    return found, seen


def _sampled(rows: RowNumbers) -> RowNumbers:
    """An even share where there are too many to be seen."""
    if len(rows) <= _MOST_POINTS:
        return rows
    return rows[np.linspace(0, len(rows) - 1, _MOST_POINTS).round().astype(np.int64)]


def _told_of_points(goal: Goal, cloud: Cloud | None, seen: RowNumbers, *, rings: bool) -> Iterator[str]:
    if cloud is None or not len(seen):
        return
    total = cloud.total or len(cloud.truth)
    if len(seen) < total:
        yield f"{plural(len(seen), 'row')} of {format_count(total)} are drawn."
    if cloud.held_out[seen].any() and not cloud.held_out[seen].all():
        yield "Filled: rows of the training; hollow: test rows."
    if rings and goal.classes and cloud.wrong is not None and cloud.wrong[seen].any():
        yield "Ringed: rows that the model gets wrong, by all of their own inputs."


def legend_names(classes: Sequence[str]) -> tuple[str, ...]:
    """Classes as a legend has them; empty where there are so many that their names stand in the picture."""
    if len(classes) > _MOST_IN_LEGEND:
        return ("",) * len(classes)
    return tuple(printable(name, limit=30) for name in classes)


def region_names(regions: Regions, classes: Sequence[str]) -> list[Points]:
    """Names of many classes, each in the middle of its region; none where the legend has them."""
    if len(classes) <= _MOST_IN_LEGEND:
        return []
    x, y, names = [], [], []
    for number, name in enumerate(classes):
        lines, places = np.nonzero(np.asarray(regions.winner) == number)
        if len(lines) >= _SEEN * regions.winner.size:
            nearest = ((lines - lines.mean()) ** 2 + (places - places.mean()) ** 2).argmin()
            x.append(float(regions.x[places[nearest]]))
            y.append(float(regions.y[lines[nearest]]))
            names.append(printable(name, limit=12))
    return [Points("", np.array(x), np.array(y), 0, size=0.0, names=tuple(names), side="middle")]


def level_steps(heights: Floats) -> Floats:
    """Round heights, rising by equal steps, from at or below the lowest to at or above the highest."""
    low, high = float(heights.min()), float(heights.max())
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / _CONTOURS
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * next(each for each in (1.0, 2.0, 2.5, 5.0, 10.0) if each * power >= rough * (1.0 - 1e-9))
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    steps: Floats = np.arange(first, last + 1.0) * step
    return steps


def _alt_of_plane(
    plane: Plane, regions: Regions | None, surface: Surface | None, goal: Goal, cloud: Cloud | None
) -> str:
    what = f"{printable(goal.label, limit=40)} over {plane.x.label} (across) and {plane.y.label} (up)"
    if regions is not None:
        names = [printable(name, limit=30) for name in goal.classes]
        shares = np.bincount(np.asarray(regions.winner).ravel(), minlength=len(names)) / regions.winner.size
        order = np.argsort(-shares, kind="stable")
        told = [f"{names[k]}: {format_percent(float(shares[k]))}" for k in order if shares[k] > 0]
        more = f", {len(told) - 6} more less" if len(told) > 6 else ""
        parts = [f"{what}. Shares of the plane are {', '.join(told[:6])}{more}."]
    else:
        assert surface is not None
        top, bottom = _where(surface, surface.heights.argmax()), _where(surface, surface.heights.argmin())
        parts = [
            f"{what}: lowest {spoken(float(surface.heights.min()))} at ({bottom}), highest "
            f"{spoken(float(surface.heights.max()))} at ({top})."
        ]
    if cloud is not None and cloud.wrong is not None:
        for held_out, name in ((False, "training"), (True, "test")):
            own = cloud.held_out == held_out
            if own.any():
                parts.append(f"{int(cloud.wrong[own].sum())} of {plural(int(own.sum()), f'{name} row')} are wrong.")
    return " ".join(parts)


def _where(surface: Surface, place: np.intp) -> str:
    up, across = divmod(int(place), len(surface.x))
    return f"{spoken(float(surface.x[across]))}, {spoken(float(surface.y[up]))}"


def _facts(regions: Regions | None, surface: Surface | None, goal: Goal, cloud: Cloud | None) -> dict[str, Cell]:
    facts: dict[str, Cell] = {}
    if regions is not None:
        for k, name in enumerate(printable(name, limit=30) for name in goal.classes):
            facts[f"share of {name}"] = float((np.asarray(regions.winner) == k).mean())
    if surface is not None:
        facts |= {"lowest": float(surface.heights.min()), "highest": float(surface.heights.max())}
    if cloud is not None and cloud.wrong is not None:
        facts["wrong_train"] = int(cloud.wrong[~cloud.held_out].sum())
        facts["wrong_test"] = int(cloud.wrong[cloud.held_out].sum())
    return facts


def _table(plane: Plane, predictions: Floats, goal: Goal) -> Table:
    height, width = plane.shape
    lines = np.linspace(0, height - 1, _PLACES).round().astype(np.int64)
    places = np.linspace(0, width - 1, _PLACES).round().astype(np.int64)
    across = np.linspace(plane.x.low, plane.x.high, width)
    up = np.linspace(plane.y.low, plane.y.high, height)
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        for place in places:
            said = predictions[line * width + place]
            where: tuple[Cell, ...] = (float(across[place]), float(up[line]))
            if goal.classes:
                number, sure = goal.told(said)
                rows.append((*where, printable(goal.classes[int(number)], limit=40), float(sure)))
            else:
                rows.append((*where, float(said)))
    return Table((plane.x.label, plane.y.label, *_heads(goal)), tuple(rows))


def _heads(goal: Goal) -> Sequence[str]:
    return ("class", "probability") if goal.classes else (printable(goal.label, limit=40),)


def _first(axis: ReplayAxis) -> str:
    """The axis's name without what explains it: ``component 1``."""
    return axis.label.partition(" (mostly")[0]
