"""The boundary of a finished run: its saved networks over columns of its table, in the user's units."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.errors import UsageError
from pellucid.figures.asked import require_boundary
from pellucid.figures.boundary_view import BoundaryView
from pellucid.figures.figure import FigureData
from pellucid.figures.runs.folder import RunFolder, open_folder
from pellucid.shapes import Array
from pellucid.tables import Table

__all__ = ["boundary_of_run", "table_of_run", "test_rows"]


def boundary_of_run(
    folder: str | Path, columns: Sequence[str] | None = None, fill: str = "slice", *, source: Any = None
) -> FigureData:
    """What the saved networks of a run say over two of its columns, or one, with the rows of its table.

    Args:
        folder: As in ``open_folder``.
        columns: Two columns of numbers, or one; None: the only ones, or those whose mixing-up changes predictions most.
            Of no account for ``plane``.
        fill: As in ``boundary_figure``. Categories are held at the most frequent one, but for ``nearest``.
        source: The run's table, as ``read_table`` takes it; None: where the run found it.

    Raises:
        UsageError: If the run has no boundary, or its table is gone.
        DataError: If the record or the table cannot be read, or the table has other columns.
        ModelFileError: If the model file cannot be trusted.
    """
    opened = open_folder(folder)
    model = opened.model
    manifest = model.manifest
    require_boundary(manifest.task, targets=len(manifest.targets), numbers=manifest.encoding.numeric)
    table, changed = table_of_run(opened, source)
    view = BoundaryView.of(model, table, columns, fill, held_out=test_rows(opened.path, table.rows))
    return view.picture(model, caption="The table has changed since the run." if changed else "")


def table_of_run(opened: RunFolder, source: Any = None) -> tuple[Table, bool]:
    """The table that a run has read, and whether it has changed since.

    Args:
        opened: The run.
        source: The table, as ``read_table`` takes it; None: where the run found it.

    Raises:
        UsageError: If it is gone.
        DataError: If it cannot be read.
    """
    recorded = opened.record.source
    # The tables inside scikit-learn have no path, and are there under their name.
    named = recorded.name if recorded.name.startswith("sklearn:") else ""
    where = (recorded.path or named) if source is None else source
    if isinstance(where, str) and not (where and (where.startswith("sklearn:") or Path(where).exists())):
        lost = f"{where} is not there any more" if where else "it was in memory, and is not kept"
        raise UsageError(f"This figure needs the run's table, and {lost}. Pass it as source.")
    table = opened.model.read(where, header=opened.record.options.get("header"))
    return table, table.sha256 != recorded.sha256


def test_rows(folder: Path, rows: int) -> Array:
    """Which rows of the table the run has kept for judging, bool ``[rows]``."""
    found = np.zeros(rows, dtype=bool)
    path = folder / "test_predictions.csv"
    if path.is_file():
        lines = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        places = np.array([int(line["row"]) - 1 for line in lines if line.get("row")], dtype=np.int64)
        found[places[(places >= 0) & (places < rows)]] = True
    return found
