"""Planes through the space of inputs: which rows to ask a model about, so that a picture of two directions appears.

Of more than two inputs a picture shows a slice, the plane of the principal components, or every place with the other
inputs of the row of the data that is nearest to it. None of them is the whole truth, and each says what it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pellucid.evaluation import format_percent
from pellucid.evaluation.replaying import plane_axis, plane_points
from pellucid.figures.curves import spoken
from pellucid.printable import MINUS, printable
from pellucid.records.replay import ReplayAxis
from pellucid.shapes import Floats, RowNumbers

__all__ = ["FILLS", "Fill", "Plane", "most_telling", "nearest_plane", "principal_plane", "slice_line", "slice_plane"]

Fill: TypeAlias = Literal["slice", "plane", "nearest"]
FILLS: tuple[Fill, ...] = ("slice", "plane", "nearest")

_NAMED = 5
"""So many held values stand in a caption; the others are counted."""
_MOST_NEIGHBOURS = 4000
_MOST_ASKED = 500
_MANY = 5


@dataclass(frozen=True)
class Plane:
    """Two directions and the rows that stand for their places.

    Attributes:
        x: Across.
        y: Up.
        shape: (h, w) places, the bottom line first.
        rows: What to ask the model about ``[h·w, d]``.
        nearest: For each place the row of the data that the other inputs come from ``[h·w]``; None for the other fills.
        points: Where the rows of the data lie ``[n, 2]``; NaN where one of the two is missing.
        told: What has to be known to read the picture; empty where two inputs are all there is.
    """

    x: ReplayAxis
    y: ReplayAxis
    shape: tuple[int, int]
    rows: Floats
    nearest: RowNumbers | None
    points: Floats
    told: str


def slice_plane(
    inputs: Floats,
    names: Sequence[str],
    columns: tuple[int, int],
    shape: tuple[int, int],
    *,
    at: Mapping[int, float] | None = None,
    held: Sequence[str] = (),
) -> Plane:
    """Two inputs, the others standing still.

    Args:
        inputs: The data ``[n, d]``, NaN where missing.
        names: Of the inputs ``[d]``.
        columns: The input across and the one up.
        shape: (h, w) of the picture.
        at: Values of other inputs; what is not named stands at its median.
        held: What else is held, in words: ``Sex male``; said to be the most frequent.
    """
    still, told = _standing(inputs, names, columns, at or {}, held)
    x, y, points = _shown(inputs, names, columns)
    places = plane_points(x, y, shape)
    rows = np.tile(still, (len(places), 1))
    rows[:, columns] = places
    return Plane(x, y, shape, rows, None, points, told)


def slice_line(
    inputs: Floats,
    names: Sequence[str],
    column: int,
    places: int,
    *,
    at: Mapping[int, float] | None = None,
    held: Sequence[str] = (),
) -> tuple[ReplayAxis, Floats, str]:
    """One input moving from end to end, the others standing still: the axis, the rows ``[places, d]``, what to know.

    Args:
        inputs: As in ``slice_plane``, as are ``names``, ``at`` and ``held``.
        names: Of the inputs.
        column: The one that moves.
        places: How many.
        at: Values of others.
        held: What else is held.
    """
    still, told = _standing(inputs, names, (column,), at or {}, held)
    x = plane_axis(printable(names[column], limit=40), inputs[:, column])
    rows = np.tile(still, (places, 1))
    rows[:, column] = np.linspace(x.low, x.high, places)
    return x, rows, told


def principal_plane(inputs: Floats, names: Sequence[str], shape: tuple[int, int], *, held: Sequence[str] = ()) -> Plane:
    """The plane through the middle of the data along which the standardised inputs vary most.

    Principal components (Pearson 1901) by singular values; each direction points to where its largest share grows.

    Args:
        inputs: The data ``[n, d]``, d ≥ 2; a missing value counts as the median.
        names: Of the inputs ``[d]``.
        shape: (h, w) of the picture.
        held: As in ``slice_plane``.
    """
    whole = np.where(np.isfinite(inputs), inputs, _medians(inputs))
    middle, spread = whole.mean(axis=0), whole.std(axis=0)
    spread[spread == 0] = 1.0
    standard = (whole - middle) / spread
    _, strengths, directions = np.linalg.svd(standard, full_matrices=False)
    both = directions[:2]
    largest = np.abs(both).argmax(axis=1)
    both = both * np.sign(both[[0, 1], largest])[:, None]
    share = float((strengths[:2] ** 2).sum() / max((strengths**2).sum(), 1e-300))
    points = standard @ both.T
    x, y = (plane_axis(_component(k + 1, both[k], names), points[:, k]) for k in range(2))
    rows = plane_points(x, y, shape) @ both * spread + middle
    told = (
        f"The plane of the first two principal components, which holds {format_percent(share)} of the variance of "
        f"{len(names)} standardised inputs. Rows are projected onto it, so the colour beneath a point need not be its "
        f"own prediction. Component 1 is {_shares(both[0], names)}; component 2 is {_shares(both[1], names)}."
    )
    if held:
        told += f" Held still: {_several(list(held), 'the most frequent')}."
    return Plane(x, y, shape, rows, None, points, told)


def nearest_plane(
    inputs: Floats, names: Sequence[str], columns: tuple[int, int], shape: tuple[int, int], *, others: int | None = None
) -> Plane:
    """Two inputs, the others as in the row of the data that is nearest in these two, each in its own spread.

    Args:
        inputs: The data ``[n, d]``, NaN where missing; of more than 4 000 rows an even share is looked at.
        names: Of the inputs ``[d]``.
        columns: The input across and the one up.
        shape: (h, w) of the picture.
        others: How many inputs come from the nearest row; None: all but two.
    """
    x, y, points = _shown(inputs, names, columns)
    places = plane_points(x, y, shape)
    known = np.flatnonzero(np.isfinite(points).all(axis=1))
    known = known[np.linspace(0, len(known) - 1, min(len(known), _MOST_NEIGHBOURS)).round().astype(np.int64)]
    spread = points[known].std(axis=0)
    spread[spread == 0] = 1.0
    found = known[_nearest(places / spread, points[known] / spread)]
    rows = inputs[found].copy()
    rows[:, columns] = places
    count = len(names) - 2 if others is None else others
    told = (
        f"Every place takes the other {count} inputs from the row of the data nearest to it in the two shown."
        if count > 1
        else "Every place takes the other input from the row of the data nearest to it in the two shown."
    )
    return Plane(x, y, shape, rows, found, points, told if count else "")


def most_telling(ask: Callable[[Floats, RowNumbers], Floats], inputs: Floats) -> tuple[int, int]:
    """The two inputs whose mixing-up changes predictions most, in the order of the columns.

    Permutation (Breiman 2001) of one input at a time, always by the same order; no truth is needed. Inputs with fewer
    than 5 different values are passed over where two others are left.

    Args:
        ask: Rows ``[k, d]`` and which rows of the data they come from ``[k]`` → predictions ``[k]`` or ``[k, c]``.
        inputs: The data ``[n, d]``, d ≥ 2; of more than 500 rows an even share is asked about.
    """
    if inputs.shape[1] == 2:
        return 0, 1
    origin = np.linspace(0, len(inputs) - 1, min(len(inputs), _MOST_ASKED)).round().astype(np.int64)
    rows = inputs[origin]
    before = ask(rows, origin)
    order = np.random.default_rng(0).permutation(len(rows))
    changes = []
    for column in range(rows.shape[1]):
        mixed = rows.copy()
        mixed[:, column] = rows[order, column]
        changes.append(float(np.abs(ask(mixed, origin) - before).mean()))
    # Where two inputs take many values, one of three would make a picture of stripes.
    many = np.array([len(np.unique(column[np.isfinite(column)])) >= _MANY for column in rows.T])
    worth = np.where(many | (many.sum() < 2), changes, -1.0)
    first, second = np.sort(np.argsort(-worth, kind="stable")[:2])
    return int(first), int(second)


def _standing(
    inputs: Floats, names: Sequence[str], moving: Sequence[int], at: Mapping[int, float], held: Sequence[str]
) -> tuple[Floats, str]:
    """Where every input stands ``[d]``, and the sentence that says so."""
    still = _medians(inputs)
    still[list(at)] = list(at.values())
    others = [place for place in range(len(names)) if place not in moving]
    chosen = [f"{_short(names[place])} = {spoken(still[place])}" for place in others if place in at]
    middle = [f"{_short(names[place])} = {spoken(still[place])}" for place in others if place not in at]
    parts = [
        _several(chosen, "as chosen"),
        _several(middle, "their medians" if len(middle) > 1 else "its median"),
        _several(list(held), "the most frequent"),
    ]
    told = "; ".join(part for part in parts if part)
    return still, f"A slice: held still are {told}." if told else ""


def _shown(inputs: Floats, names: Sequence[str], columns: tuple[int, int]) -> tuple[ReplayAxis, ReplayAxis, Floats]:
    points = np.asarray(inputs[:, columns], dtype=np.float64)
    x, y = (plane_axis(printable(names[column], limit=40), points[:, k]) for k, column in enumerate(columns))
    return x, y, points


def _medians(inputs: Floats) -> Floats:
    """Middles of what is there; 0 where nothing is."""
    present = np.isfinite(inputs)
    found = np.zeros(inputs.shape[1])
    for column in np.flatnonzero(present.any(axis=0)):
        found[column] = np.median(inputs[present[:, column], column])
    return found


def _nearest(places: Floats, rows: Floats) -> RowNumbers:
    """The nearest row of each place; the first of equals."""
    found = []
    for start in range(0, len(places), 1024):
        chunk = places[start : start + 1024, None, :]
        found.append(((chunk - rows[None]) ** 2).sum(axis=-1).argmin(axis=1))
    return np.concatenate(found)


def _component(number: int, direction: Floats, names: Sequence[str]) -> str:
    """``component 1 (mostly petal length)``: what weighs most in it, if anything weighs more than the rest."""
    largest = int(np.abs(direction).argmax())
    mostly = "mostly " if len(direction) > 1 else ""
    return f"component {number} ({mostly}{printable(names[largest], limit=18)})"


def _shares(direction: Floats, names: Sequence[str]) -> str:
    """``0.58 petal length + 0.56 petal width − 0.26 sepal width …``: the largest shares of a component."""
    order = np.argsort(-np.abs(direction), kind="stable")
    parts = [(float(direction[k]), _short(names[k])) for k in order[:_NAMED]]
    first = f"{spoken(round(parts[0][0], 2))} {parts[0][1]}"
    rest = [f" {'+' if share >= 0 else MINUS} {abs(share):.2f} {name}" for share, name in parts[1:]]
    return first + "".join(rest) + (" …" if len(order) > _NAMED else "")


def _several(held: list[str], how: str) -> str:
    if not held:
        return ""
    more = f" and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
    return f"{', '.join(held[:_NAMED])}{more} ({how})"


def _short(name: str) -> str:
    return printable(name, limit=24)
