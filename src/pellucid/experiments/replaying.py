"""How predictions and layers changed while networks trained: ``replay.json`` and ``layers.jsonl`` of a run."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pellucid.encoding import Encoded, encode
from pellucid.errors import PellucidError
from pellucid.evaluation.replaying import (
    boundary_replay,
    certainty_replay,
    plane_axis,
    plane_points,
    predictions_replay,
)
from pellucid.experiments.ensembles import Ensemble
from pellucid.experiments.lesson import Lesson
from pellucid.experiments.preparing import Prepared
from pellucid.experiments.saving import model_of
from pellucid.models import Model, Prediction
from pellucid.records import FeatureLayer, LayerRecord, LinearLayer, Recipe, ReplayAxis, ReplayRecord, ScaleLayer
from pellucid.shapes import Floats, RowNumbers
from pellucid.tables import Column, Table
from pellucid.training.probes import measure_layers
from pellucid.training.settling import settle

__all__ = ["epochs_to_keep", "first_weights", "layers_of", "replay_of"]

FRAMES = 40
"""Epochs that are looked at: a person who scrubs through them sees no jump, and a page carries them in 50 kB."""
MOST_BYTES = 96 * 2**20
"""Memory that all copies of parameters together may take."""
FEWEST = 5
"""Where not even so many copies fit, none are made."""
SIDE = 60
"""Points of a plane, across and up."""
MOST_ROWS = 1000
"""Test rows that are followed: the shares of so many are within a point or two of those of all."""
_CLASSES = ("binary", "multiclass", "ordinal")
_NUMBERS = ("regression", "count")


def epochs_to_keep(recipe: Recipe, lesson: Lesson, members: int) -> tuple[int, ...]:
    """The epochs after which parameters are copied, close together where they change most: at the beginning.

    Args:
        recipe: For its epochs.
        lesson: For the size of its network.
        members: How many train.

    Returns:
        Rising, 0 and the last one among them; empty where the copies would take too much memory.
    """
    each = 4 * members * settle(recipe, lesson.data, lesson.target).network.parameter_count
    frames = min(FRAMES, MOST_BYTES // max(each, 1))
    if frames < FEWEST:
        return ()
    places = recipe.epochs * np.linspace(0.0, 1.0, int(frames)) ** 1.6
    return tuple(sorted({round(place) for place in places.tolist()}))


def layers_of(ensemble: Ensemble, lesson: Lesson, epochs: Sequence[int]) -> tuple[LayerRecord, ...]:
    """What the layers of every network showed at these epochs; empty where they cannot be measured."""
    if not epochs:
        return ()
    return measure_layers(ensemble.result, lesson.data, lesson.units, epochs)


def first_weights(ensemble: Ensemble) -> Floats | None:
    """What the first network multiplies its inputs by ``[i, o]``; None where it embeds them before."""
    first = ensemble.usable[0]
    network, arrays = ensemble.result.network(first), ensemble.result.parameters(first)
    factor: Floats | None = None
    for number, layer in enumerate(network.layers):
        if isinstance(layer, FeatureLayer) and (layer.frequencies or layer.categories):
            return None
        if isinstance(layer, ScaleLayer):
            factor = arrays[f"{number}.factor"]
        if isinstance(layer, LinearLayer):
            weights: Floats = arrays[f"{number}.weight"]
            return weights if factor is None else weights * factor[:, None]
    return None


def replay_of(prepared: Prepared, ensemble: Ensemble, recipe: Recipe, epochs: Sequence[int]) -> ReplayRecord | None:
    """Frames of what the networks together said at these epochs; None for tasks of which there is no such picture.

    Two inputs that are numbers make a plane. Otherwise it is the test rows, which nothing is decided by.

    Args:
        prepared: The encoded table.
        ensemble: Networks whose snapshots were taken at these epochs.
        recipe: Theirs.
        epochs: Rising.
    """
    task = prepared.decided.target.task
    several = len(prepared.decided.target.columns) > 1
    last = max(ensemble.result.per_member("epochs"))
    shown = [epoch for epoch in epochs if epoch < last] + [epoch for epoch in epochs if epoch >= last][:1]
    if not shown or several or task not in (*_CLASSES, *_NUMBERS):
        return None
    plane = _plane(prepared)
    seen = _rows(prepared.encoded, prepared) if plane is None else encode(prepared.encoding, _over(plane))
    frames = [_said(prepared, ensemble, recipe, seen, epoch) for epoch in shown]
    kept = [(epoch, frame) for epoch, frame in zip(shown, frames, strict=True) if frame is not None]
    if not kept:
        return None
    shown = [epoch for epoch, _ in kept]
    losses = _losses(ensemble, shown)
    classes, truth = prepared.decided.target.classes, prepared.decided.values[_followed(prepared)]
    if task in _CLASSES:
        if any(frame.probabilities is None for _, frame in kept):
            return None
        values = np.stack([frame.probabilities for _, frame in kept if frame.probabilities is not None])
        if plane is not None:
            return boundary_replay(shown, losses, values, (SIDE, SIDE), *plane, classes, ordered=task == "ordinal")
        return certainty_replay(shown, losses, values, truth, classes)
    values = np.stack([frame.values for _, frame in kept]).astype(np.float64)
    if plane is not None:
        return boundary_replay(shown, losses, values[:, :, None], (SIDE, SIDE), *plane, ())
    return predictions_replay(shown, losses, values, truth, prepared.decided.target.name)


def _said(prepared: Prepared, ensemble: Ensemble, recipe: Recipe, seen: Encoded, epoch: int) -> Prediction | None:
    """What the networks together said after an epoch; None where numbers overflowed."""
    then = Ensemble(ensemble.result.at(epoch), ensemble.rows, prepared.encoded.codes)
    manifest, arrays = model_of(prepared, then.contributions(), recipe, "")
    try:
        return Model(manifest, arrays).predict_encoded(seen)
    except PellucidError:
        return None


def _followed(prepared: Prepared) -> RowNumbers:
    """Test rows, all or evenly chosen."""
    test = prepared.decided.test
    if len(test) <= MOST_ROWS:
        return test
    chosen: RowNumbers = test[np.linspace(0, len(test) - 1, MOST_ROWS).round().astype(np.int64)]
    return chosen


def _rows(encoded: Encoded, prepared: Prepared) -> Encoded:
    """The test rows as numbers."""
    rows = _followed(prepared)
    return replace(encoded, numbers=encoded.numbers[rows], codes=encoded.codes[rows])


def _plane(prepared: Prepared) -> tuple[ReplayAxis, ReplayAxis] | None:
    """The two columns of numbers that networks see, if they see nothing else."""
    used = [each for each in prepared.summary.columns if each.used]
    if len(used) != 2 or any(each.kind != "numeric" for each in used):
        return None
    axes = []
    for each in used:
        values = _numbers(prepared.decided.table.column(each.name))
        if not len(values):
            return None
        axes.append(plane_axis(each.name, values))
    return axes[0], axes[1]


def _numbers(column: Column) -> Floats:
    """Its finite numbers; none where it holds anything else."""
    if column.storage != "number":
        return np.zeros(0)
    found: Floats = column.values[np.isfinite(column.values)]
    return found


def _over(plane: tuple[ReplayAxis, ReplayAxis]) -> Table:
    """A table of the plane's points."""
    points = plane_points(*plane, (SIDE, SIDE))
    return Table(
        name="plane",
        path="",
        sha256="",
        columns=tuple(
            Column(axis.label, "number", np.ascontiguousarray(points[:, place])) for place, axis in enumerate(plane)
        ),
    )


def _losses(ensemble: Ensemble, epochs: Sequence[int]) -> list[float | None]:
    """Mean validation loss of the networks after these epochs; None where none was measured."""
    curve = ensemble.result.val_loss
    found: list[float | None] = []
    for epoch in epochs:
        own = curve[:, epoch - 1] if 0 < epoch <= curve.shape[1] else np.array([np.nan])
        there = own[np.isfinite(own)]
        found.append(float(there.mean()) if len(there) else None)
    return found
