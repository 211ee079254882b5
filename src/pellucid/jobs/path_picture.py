"""The boundary along a comparison's path as a GIF: refused before anything is trained, drawn when all is judged."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pellucid.errors import UsageError
from pellucid.experiments.compare.along_path import Path as VariantPath
from pellucid.experiments.compare.along_path import path_of, train_along
from pellucid.experiments.compare.comparison import MovingPicture
from pellucid.figures.asked import require_boundary
from pellucid.figures.gif import MOST_FRAMES, require_gif, save_gif
from pellucid.figures.path_boundary import path_frames
from pellucid.tables import Table

if TYPE_CHECKING:
    from pellucid.experiments.compare.options import CompareOptions

__all__ = ["draw_path", "plan_picture"]

_MILLISECONDS = 500


def plan_picture(table: Table, options: "CompareOptions", gif: str | Path) -> VariantPath:
    """What will be drawn.

    Raises:
        UsageError: If there is no path, it is too long, the task has no boundary, or the file is no GIF.
        SurroundingsError: If a package for drawing is missing, or the file's folder is.
        PellucidError: As the comparison itself.
    """
    require_gif(Path(gif))
    if not options.path:
        raise UsageError("--gif follows a path, and none is given. Add --path l2=1e-3:1e3:log:20 in place of --vary.")
    path = path_of(table, options)
    if len(path.plans) > MOST_FRAMES:
        raise UsageError(f"--gif has up to {MOST_FRAMES} frames, and the path has {len(path.plans)} steps. Take fewer.")
    target = path.decided.target
    numbers = sum(column.used and column.kind == "numeric" for column in path.decided.columns)
    require_boundary(target.task, targets=max(1, len(target.columns)), numbers=numbers)
    return path


def draw_path(path: VariantPath, gif: str | Path) -> MovingPicture:
    """Train one network for each step of the path, on all training rows, and draw how the boundary moves.

    Raises:
        TrainingError: If no network is sound.
        SurroundingsError: If the file cannot be written.
    """
    along = train_along(path, created=datetime.now(UTC).isoformat(timespec="seconds"))
    held_out = np.zeros(along.table.rows, dtype=bool)
    held_out[along.test] = True
    frames, view = path_frames(along.models, along.names, along.table, held_out=held_out)
    save_gif(frames, gif, _MILLISECONDS)
    told = [f"{len(frames)} networks, one for each step, trained on all rows but those of the test."]
    told += [f"{', '.join(along.lost)} diverged and is left out."] if along.lost else []
    caption = max((frame.caption for frame in frames), key=len)
    return MovingPicture(
        path=Path(gif),
        frames=len(frames),
        columns=view.columns,
        milliseconds=_MILLISECONDS,
        told=" ".join([*told, caption]),
    )
