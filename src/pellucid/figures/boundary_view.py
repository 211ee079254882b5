"""One view on a table for all models that read it alike: the plane, what is asked there, and the rows upon it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pellucid.encoding import Encoded
from pellucid.errors import UnknownNameError
from pellucid.figures.asked import Asked, said
from pellucid.figures.figure import FigureData
from pellucid.figures.plane_picture import Cloud, Goal, line_picture, plane_picture
from pellucid.figures.planes import FILLS, Plane, most_telling, nearest_plane, principal_plane, slice_line, slice_plane
from pellucid.models import Manifest, Model
from pellucid.records.replay import ReplayAxis
from pellucid.shapes import Array, Floats
from pellucid.tables import Table

__all__ = ["BoundaryView"]

_ALONG = 401
_MOST_ROWS = 2000
"""Rows of the table that are asked about one by one; a picture holds fewer."""


@dataclass(frozen=True)
class _Line:
    """One input from end to end: the axis, its places ``[k]`` and where the rows of the data lie ``[n]``."""

    x: ReplayAxis
    places: Floats
    points: Floats
    told: str


@dataclass(frozen=True)
class BoundaryView:
    """Where to look.

    Attributes:
        columns: Names of the columns shown; empty for principal components.
        goal: What is predicted.
        place: The plane, or the line.
        grid: What networks read at its places.
        own: What they read of the rows upon it.
        truth: Of these rows; None draws none.
        held_out: Which of them training did not see.
        total: Rows of the table.
    """

    columns: tuple[str, ...]
    goal: Goal
    place: Plane | _Line
    grid: Encoded
    own: Encoded
    truth: Array | None
    held_out: Array
    total: int

    @staticmethod
    def of(
        model: Model,
        table: Table,
        columns: Sequence[str] | None = None,
        fill: str = "slice",
        *,
        held_out: Array | None = None,
        resolution: int = 120,
    ) -> "BoundaryView":
        """Choose the plane.

        Args:
            model: Decides which columns tell most, where none are given.
            table: With the columns that the model reads.
            columns: Two columns of numbers, or one; None: the only ones, or those whose mixing-up changes predictions
                most. Of no account for ``plane``.
            fill: As in ``boundary_figure``.
            held_out: Which rows training did not see ``[n]``; None: all were seen.
            resolution: Places along each side.

        Raises:
            UsageError: If the model has no boundary, or a column is none of its numbers.
            UnknownColumnError: If the table lacks a column.
        """
        if fill not in FILLS:
            raise UnknownNameError("fill", fill, FILLS)
        manifest: Manifest = model.manifest
        asked = Asked.of(manifest, table)
        names, inputs = asked.names, asked.inputs
        shown = [] if columns is None else asked.places(columns)
        chosen = np.linspace(0, table.rows - 1, min(table.rows, _MOST_ROWS)).round().astype(np.int64)
        shape = (resolution, resolution)
        place: Plane | _Line
        origin = None
        if len(names) == 1 or len(shown) == 1:
            shown = shown or [0]
            x, rows, told = slice_line(inputs, names, shown[0], _ALONG, held=asked.held)
            place = _Line(x, rows[:, shown[0]], inputs[chosen, shown[0]], told)
        else:
            if fill == "plane" and len(names) > 2:
                plane, shown = principal_plane(inputs, names, shape, held=asked.held), []
            else:
                shown = shown or list(most_telling(lambda rows, of: said(model, asked.lend(rows, of)), inputs))
                both, others = (shown[0], shown[1]), len(manifest.encoding.columns) - 2
                if fill == "nearest" and others:
                    plane = nearest_plane(inputs, names, both, shape, others=others)
                else:
                    plane = slice_plane(inputs, names, both, shape, held=asked.held)
            rows, origin = plane.rows, plane.nearest
            place = replace(plane, points=plane.points[chosen])
        apart = np.zeros(table.rows, dtype=bool) if held_out is None else np.asarray(held_out, dtype=bool)
        return BoundaryView(
            columns=tuple(names[column] for column in shown),
            goal=Goal(manifest.target, manifest.classes, ordered=manifest.task == "ordinal"),
            place=place,
            grid=asked.lend(rows, origin),
            own=asked.lend(inputs[chosen], chosen),
            truth=asked.truth(chosen),
            held_out=apart[chosen],
            total=table.rows,
        )

    def picture(self, model: Model, *, title: str = "", caption: str = "") -> FigureData:
        """What a model says there; one that reads tables as the first one does."""
        predictions, cloud = said(model, self.grid), None
        if self.truth is not None:
            wrong = None
            if self.goal.classes:
                told, _ = self.goal.told(said(model, self.own))
                wrong = (told != self.truth) & (self.truth >= 0)
            cloud = Cloud(self.truth, wrong, self.held_out, self.total)
        if isinstance(self.place, Plane):
            return plane_picture(self.place, predictions, self.goal, cloud, title=title, caption=caption)
        line = self.place
        caption = " ".join(part for part in (line.told, caption) if part)
        return line_picture(
            line.x, line.places, predictions, self.goal, line.points, cloud, title=title, caption=caption
        )
