"""Where a model changes its mind: predictions over two inputs, or along one, of any function of rows."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pellucid.errors import UnknownNameError, UsageError
from pellucid.figures.figure import FigureData
from pellucid.figures.plane_picture import Cloud, Goal, line_picture, plane_picture
from pellucid.figures.planes import FILLS, Plane, most_telling, nearest_plane, principal_plane, slice_line, slice_plane
from pellucid.shapes import Array, Floats

__all__ = ["boundary_figure", "class_numbers"]

_ALONG = 401


def boundary_figure(
    predict: Callable[[Floats], Array],
    inputs: Floats,
    truth: Array | None = None,
    *,
    names: Sequence[str] = (),
    classes: Sequence[str] = (),
    target: str = "y",
    columns: Sequence[str | int] | None = None,
    fill: str = "slice",
    at: Mapping[str, float] | None = None,
    held_out: Array | None = None,
    resolution: int = 160,
    title: str = "",
) -> FigureData:
    """The boundary between classes, or the fitted curve or surface of a number.

    Args:
        predict: Rows float64 ``[n, d]`` → probabilities ``[n, c]``, of two classes also the second one's alone
            ``[n]`` or ``[n, 1]``; or numbers ``[n]`` or ``[n, 1]``.
        inputs: The data ``[n, d]``.
        truth: Of its rows ``[n]``: labels or their numbers from 0, or values; None draws no rows.
        names: Of the inputs ``[d]``; empty: x₁, x₂, …
        classes: Labels in the order of the probabilities; empty where numbers are predicted.
        target: Name of what is predicted.
        columns: Two inputs to show, by name or place, or one; None: the only ones, or the two whose mixing-up changes
            predictions most. Of no account for ``plane``.
        fill: Where the other inputs stand: ``slice`` (still), ``plane`` (the principal components' plane) or
            ``nearest`` (as in the nearest row of the data).
        at: Of ``slice``: input → value; the others stand at their medians.
        held_out: Which rows training did not see ``[n]``; None: all were seen.
        resolution: Places along each side; ≥ 2.
        title: Empty: made of the names.

    Raises:
        UsageError: If a fill or an input is not known, or what is given does not belong together.
    """
    inputs = np.asarray(inputs, dtype=np.float64)
    if inputs.ndim != 2 or not inputs.size:
        raise UsageError(f"A boundary is drawn from rows and columns of numbers, and shape {inputs.shape} was given.")
    width = inputs.shape[1]
    names = tuple(names) or tuple(f"x{_below(k + 1)}" for k in range(width))
    if len(names) != width:
        raise UsageError(f"{width} inputs have {width} names, and {len(names)} were given.")
    if fill not in FILLS:
        raise UnknownNameError("fill", fill, FILLS)
    goal = Goal(target, tuple(map(str, classes)))
    chances = _asked(predict, len(goal.classes))
    shown = _places(columns, names)
    held = {_place(name, names): value for name, value in (at or {}).items()}
    cloud = None if truth is None else _cloud(chances, inputs, truth, goal, held_out)
    if width == 1 or (shown is not None and len(shown) == 1):
        column = 0 if shown is None else shown[0]
        x, rows, told = slice_line(inputs, names, column, _ALONG, at=held)
        return line_picture(
            x, rows[:, column], chances(rows), goal, inputs[:, column], cloud, title=title, caption=told
        )
    shape = (resolution, resolution)
    if fill == "plane" and width > 2:
        plane: Plane = principal_plane(inputs, names, shape)
    else:
        both = most_telling(lambda rows, _: chances(rows), inputs) if shown is None else (shown[0], shown[1])
        if fill == "nearest" and width > 2:
            plane = nearest_plane(inputs, names, both, shape)
        else:
            plane = slice_plane(inputs, names, both, shape, at=held)
    return plane_picture(plane, chances(plane.rows), goal, cloud, title=title)


def class_numbers(truth: Array, classes: Sequence[str]) -> Array:
    """Labels, or numbers of classes, as numbers from 0; −1 for what is neither."""
    truth = np.asarray(truth)
    if np.issubdtype(truth.dtype, np.integer) or np.issubdtype(truth.dtype, np.bool_):
        return truth.astype(np.int64)
    known = {name: number for number, name in enumerate(classes)}
    return np.array([known.get(str(label), -1) for label in truth.tolist()], dtype=np.int64)


def _asked(predict: Callable[[Floats], Array], classes: int) -> Callable[[Floats], Floats]:
    """The function with probabilities ``[n, c]`` or values ``[n]`` in any case."""

    def ask(rows: Floats) -> Floats:
        said = np.asarray(predict(rows), dtype=np.float64)
        if not classes:
            return said.reshape(len(rows))
        if said.ndim == 1 or said.shape[1] == 1:
            second = said.reshape(len(rows))
            said = np.column_stack([1.0 - second, second])
        if said.shape != (len(rows), classes):
            raise UsageError(f"{classes} classes have as many probabilities a row, and {said.shape[1]} were predicted.")
        return said

    return ask


def _cloud(
    predict: Callable[[Floats], Floats], inputs: Floats, truth: Array, goal: Goal, held_out: Array | None
) -> Cloud:
    if len(truth) != len(inputs):
        raise UsageError(f"{len(inputs)} rows have as many true values, and {len(truth)} were given.")
    apart = np.zeros(len(inputs), dtype=bool) if held_out is None else np.asarray(held_out, dtype=bool)
    if not goal.classes:
        return Cloud(np.asarray(truth, dtype=np.float64), None, apart)
    numbers = class_numbers(truth, goal.classes)
    wrong = (predict(inputs).argmax(axis=1) != numbers) & (numbers >= 0)
    return Cloud(numbers, wrong, apart)


def _places(columns: Sequence[str | int] | None, names: Sequence[str]) -> list[int] | None:
    if columns is None:
        return None
    found = [_place(column, names) for column in columns]
    if len(found) not in (1, 2) or len(set(found)) < len(found):
        raise UsageError(f"A picture shows one input or two different ones, and {list(columns)} were asked for.")
    return found


def _place(column: str | int, names: Sequence[str]) -> int:
    if isinstance(column, int) and 0 <= column < len(names):
        return column
    if column not in names:
        raise UnknownNameError("input", str(column), tuple(names))
    return list(names).index(str(column))


def _below(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
