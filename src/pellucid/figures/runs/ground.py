"""The loss around the solution of a run, over rows of its table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.encoding import Encoded, decode_target
from pellucid.errors import UsageError
from pellucid.evaluation import plural
from pellucid.figures.asked import Asked
from pellucid.figures.figure import FigureData
from pellucid.figures.loss_surface import loss_surface
from pellucid.figures.runs.boundary import table_of_run, test_rows
from pellucid.figures.runs.folder import open_folder
from pellucid.heads import HEADS
from pellucid.models import Manifest
from pellucid.models.predictor import Predictor
from pellucid.records import LinearLayer
from pellucid.shapes import Array, Floats

__all__ = ["ground_of_run"]

_MOST_ROWS = 256
_LEAST = 1e-12


def ground_of_run(folder: str | Path, *, source: Any = None, seed: int = 0, places: int = 25) -> FigureData:
    """Log loss, or mean squared error, of the first saved network where its weights are moved at random.

    Args:
        folder: As in ``open_folder``.
        source: The run's table; None: where the run found it.
        seed: Of the directions.
        places: As in ``loss_surface``.

    Raises:
        UsageError: If the task has no such loss, or the table is gone.
        DataError: If the table cannot be read or has other columns.
        ModelFileError: If the model file cannot be trusted.
    """
    opened = open_folder(folder)
    manifest = opened.model.manifest
    asked = Asked.of(manifest, table := table_of_run(opened, source)[0])
    rows = np.flatnonzero(test_rows(opened.path, table.rows))
    on = "test row"
    if not len(rows):
        rows, on = np.arange(table.rows), "row"
    truth = asked.truth(rows)
    if truth is None:
        raise UsageError(f"The table has no column {manifest.target}, so there is no loss to measure.")
    known = truth >= 0 if manifest.classes else np.isfinite(truth)
    rows, truth = rows[known], truth[known]
    chosen = np.linspace(0, len(rows) - 1, min(len(rows), _MOST_ROWS)).round().astype(np.int64)
    rows, truth = rows[chosen], truth[chosen]
    encoded = asked.lend(asked.inputs[rows], rows)
    linear = {f"{n}.weight" for n, each in enumerate(manifest.network.layers) if isinstance(each, LinearLayer)}
    own = {name: np.asarray(opened.model.arrays[name][0]) for name in sorted(linear)}
    rest = {
        name: np.asarray(array[0])
        for name, array in opened.model.arrays.items()
        if name not in linear and not name.startswith("part")
    }

    def losses(moved: Mapping[str, Floats]) -> Floats:
        count = len(next(iter(moved.values())))
        whole = {name: np.repeat(array[None], count, axis=0) for name, array in rest.items()}
        whole |= {name: array.astype(np.float32) for name, array in moved.items()}
        return _losses(manifest, whole, encoded, truth)

    first = f" Of the first of {manifest.count} networks." if manifest.count > 1 else ""
    return loss_surface(
        losses,
        own,
        places=places,
        seed=seed,
        label="log loss" if manifest.classes else "mean squared error",
        caption=f"On {plural(len(rows), on)}, without penalties.{first}",
    )


def _losses(manifest: Manifest, arrays: Mapping[str, Array], encoded: Encoded, truth: Array) -> Floats:
    """Of each of k networks ``[k]``; infinite where a network overflows."""
    outputs = Predictor(manifest.network, arrays).predict(encoded.numbers, encoded.codes)
    with np.errstate(all="ignore"):
        predictions = HEADS(manifest.head).predict(outputs.swapaxes(1, 2))
        if manifest.classes:
            own = predictions[:, truth, np.arange(len(truth))]
            found: Floats = -np.log(np.maximum(own, _LEAST)).mean(axis=1)
        else:
            head = HEADS(manifest.head)
            values = [decode_target(manifest.target_encoding, head.decide(member)[0]) for member in predictions]
            found = ((np.stack(values) - truth) ** 2).mean(axis=1)
    return np.where(np.isfinite(found), found, np.inf)
