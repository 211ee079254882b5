"""How a boundary moves along a path of recipes: one picture for each, all of one plane."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pellucid.evaluation import plural
from pellucid.figures.boundary_view import BoundaryView
from pellucid.figures.figure import FigureData
from pellucid.figures.plane_picture import level_steps
from pellucid.models import Model
from pellucid.printable import printable
from pellucid.shapes import Array
from pellucid.tables import Table

__all__ = ["path_frames"]

_RESOLUTION = 96
"""Places along each side: every model is asked about all of them, and a frame has five dots for each."""


def path_frames(
    models: Sequence[Model],
    names: Sequence[str],
    table: Table,
    columns: Sequence[str] | None = None,
    *,
    held_out: Array | None = None,
) -> tuple[list[FigureData], BoundaryView]:
    """A picture of each model, and the view that they share.

    Args:
        models: In the order of the path; all read tables alike. The middle one decides which columns tell most.
        names: What is special about each: ``l2 0.01``.
        table: With the columns that they read.
        columns: As in ``BoundaryView.of``, as is ``held_out``.
        held_out: Rows that training did not see.

    Raises:
        UsageError: As ``BoundaryView.of``.
        UnknownColumnError: Likewise.
    """
    middle = models[len(models) // 2]
    view = BoundaryView.of(middle, table, columns, held_out=held_out, resolution=_RESOLUTION)
    frames = []
    for model, name in zip(models, names, strict=True):
        frame = view.picture(model)
        title = printable(name, limit=60)
        if view.held_out.any() and "wrong_test" in frame.facts:
            title += f": {frame.facts['wrong_test']} of {plural(int(view.held_out.sum()), 'test row')} wrong"
        frames.append(replace(frame, title=title))
    return _on_one_scale(frames), view


def _on_one_scale(frames: list[FigureData]) -> list[FigureData]:
    """Heights of all frames drawn in the same steps."""
    surfaces = [frame.panels[0].surface for frame in frames]
    heights = [surface.heights for surface in surfaces if surface is not None]
    if not heights:
        return frames
    steps = level_steps(np.stack(heights))
    return [
        replace(frame, panels=(replace(frame.panels[0], surface=replace(surface, levels=steps)),))
        for frame, surface in zip(frames, surfaces, strict=True)
        if surface is not None
    ]
