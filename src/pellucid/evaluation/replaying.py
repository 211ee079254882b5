"""Predictions after several epochs → frames of a replay: arrays in, a ``ReplayRecord`` out; nothing is trained."""

from collections.abc import Sequence

import numpy as np

from pellucid.evaluation.deciding import told_class
from pellucid.records.replay import STRENGTHS, ReplayAxis, ReplayRecord, pack_frames
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = [
    "MOST_FRAMES",
    "boundary_replay",
    "certainty_replay",
    "plane_axis",
    "plane_points",
    "predictions_replay",
    "shaded_classes",
]

MOST_FRAMES = 60
"""Of more epochs that many are kept, evenly spread, the first and the last among them."""
_SHADES = 32
"""Levels of a plane: more cannot be told apart and cost three times the room."""
_BYTES = 256
_MOST_CLASSES = _BYTES // STRENGTHS
_MARGIN = 0.08


def certainty_replay(
    epochs: Sequence[int],
    losses: Sequence[float | None],
    probabilities: Floats,
    truth: Array,
    classes: Sequence[str],
    *,
    bins: int = 20,
) -> ReplayRecord:
    """Of the test rows of each class, which share gets which probability of its own class, epoch by epoch.

    Args:
        epochs: Of every frame ``[f]``, rising.
        losses: Validation loss at these epochs ``[f]``; None or NaN where it was not measured.
        probabilities: Of the test rows ``[f, n, c]``; of two classes the second one's alone ``[f, n, 1]`` will do.
        truth: Class numbers of the test rows ``[n]``, counted from 0.
        classes: Labels ``[c]``.
        bins: Of equal width from 0 to 1; the last one holds 1.

    Raises:
        ValueError: If the arrays do not belong together, or no frame is finite.
    """
    probabilities = _frames_of(probabilities, epochs, losses)
    kept = _kept(probabilities)
    chances = _both(probabilities[kept], len(classes))
    truth = np.asarray(truth, dtype=np.int64)
    if chances.shape[1:] != (len(truth), len(classes)):
        raise ValueError(f"probabilities {chances.shape} belong to {len(truth)} rows of {len(classes)} classes")
    own = chances[:, np.arange(len(truth)), truth]
    place = np.clip((own * bins).astype(np.int64), 0, bins - 1)
    frames = len(kept)
    cell = (np.arange(frames)[:, None] * len(classes) + truth) * bins + place
    found = np.bincount(cell.ravel(), minlength=frames * len(classes) * bins).reshape(frames, len(classes), bins)
    counts = np.bincount(truth, minlength=len(classes))
    shares = found / np.maximum(counts, 1)[:, None]
    return ReplayRecord(
        kind="certainty",
        meaning="share",
        epochs=tuple(int(epochs[f]) for f in kept),
        losses=tuple(_told(losses[f]) for f in kept),
        shape=found.shape,
        levels=_BYTES,
        x=ReplayAxis(label="probability of the true class", low=0.0, high=1.0),
        y=ReplayAxis(label="share of the class's rows", low=0.0, high=1.0),
        classes=tuple(classes),
        counts=tuple(int(count) for count in counts),
        frames=pack_frames(_as_bytes(shares, 0.0, 1.0, _BYTES)),
    )


def predictions_replay(
    epochs: Sequence[int],
    losses: Sequence[float | None],
    predicted: Floats,
    truth: Floats,
    label: str,
    *,
    most: int = 300,
) -> ReplayRecord:
    """Predicted numbers of test rows over the true ones, epoch by epoch, both on one scale.

    The scale holds every true value and every prediction of the last frame; what lies beyond it earlier stands at its
    end. Of more rows than ``most``, those are kept that divide the rising true values evenly.

    Args:
        epochs: Of every frame ``[f]``, rising.
        losses: As in ``certainty_replay``.
        predicted: In the target's unit ``[f, n]``.
        truth: In the target's unit ``[n]``.
        label: Name of the target.
        most: Rows that are kept.

    Raises:
        ValueError: If the arrays do not belong together, or no frame is finite.
    """
    predicted = _frames_of(predicted, epochs, losses)
    truth = np.asarray(truth, dtype=np.float64)
    if predicted.shape[1:] != truth.shape:
        raise ValueError(f"predictions {predicted.shape} belong to true values {truth.shape}")
    if not len(truth):
        raise ValueError("there is no row to predict")
    rows = _spread(np.argsort(truth, kind="stable"), most)
    predicted, truth = predicted[:, rows], truth[rows]
    kept = _kept(predicted)
    low, high = _ends(np.concatenate([truth, predicted[kept[-1]]]))
    return ReplayRecord(
        kind="predictions",
        meaning="value",
        epochs=tuple(int(epochs[f]) for f in kept),
        losses=tuple(_told(losses[f]) for f in kept),
        shape=(len(kept), len(rows)),
        levels=_BYTES,
        x=ReplayAxis(label=f"{label}, true", low=low, high=high),
        y=ReplayAxis(label=f"{label}, predicted", low=low, high=high),
        low=low,
        high=high,
        truth=_as_bytes(truth, low, high, _BYTES).tobytes(),
        frames=pack_frames(_as_bytes(predicted[kept], low, high, _BYTES)),
    )


def boundary_replay(
    epochs: Sequence[int],
    losses: Sequence[float | None],
    predictions: Floats,
    shape: tuple[int, int],
    x: ReplayAxis,
    y: ReplayAxis,
    classes: Sequence[str],
    *,
    ordered: bool = False,
) -> ReplayRecord:
    """Predictions over a plane of two inputs, epoch by epoch.

    Args:
        epochs: Of every frame ``[f]``, rising.
        losses: As in ``certainty_replay``.
        predictions: At ``plane_points(x, y, shape)``: probabilities ``[f, h·w, c]``, of two classes the second one's
            alone ``[f, h·w, 1]`` will do; or predicted numbers ``[f, h·w, 1]``.
        shape: (h, w); the first line of a frame is the bottom one.
        x: The input across.
        y: The input up.
        classes: Labels ``[c]``; empty where numbers are predicted. Of more than 32, the 31 that win most of the last
            frame keep their names, and the others are one.
        ordered: Whether their order means something, so that the median class is told.

    Raises:
        ValueError: If the arrays do not belong together, or no frame is finite.
    """
    predictions = _frames_of(predictions, epochs, losses)
    kept = _kept(predictions)
    found = predictions[kept]
    size = (len(kept), *shape)
    low, high = 0.0, 1.0
    names = tuple(classes)
    if not names:
        low, high = _ends(_middle(found))
        meaning, levels, frames = "value", _SHADES, _as_bytes(found.reshape(size), low, high, _SHADES)
    elif len(names) == 2:
        second = found[..., -1]
        meaning, levels, frames = "probability", _SHADES, _as_bytes(second.reshape(size), low, high, _SHADES)
    else:
        found, names = _few_classes(found, names)
        winner, shade = shaded_classes(found, ordered=ordered)
        meaning, levels = "class", STRENGTHS * len(names)
        frames = (winner * STRENGTHS + shade).astype(np.uint8).reshape(size)
    return ReplayRecord(
        kind="boundary",
        meaning=meaning,  # type: ignore[arg-type]
        epochs=tuple(int(epochs[f]) for f in kept),
        losses=tuple(_told(losses[f]) for f in kept),
        shape=size,
        levels=levels,
        x=x,
        y=y,
        low=low,
        high=high,
        classes=names,
        frames=pack_frames(frames),
    )


def plane_axis(label: str, values: Floats) -> ReplayAxis:
    """An axis that holds all finite ``values [n]`` with some room on both sides."""
    values = np.asarray(values, dtype=np.float64)
    low, high = _ends(values[np.isfinite(values)])
    room = _MARGIN * (high - low)
    return ReplayAxis(label=label, low=low - room, high=high + room)


def plane_points(x: ReplayAxis, y: ReplayAxis, shape: tuple[int, int]) -> Floats:
    """Places ``[h·w, 2]`` of a plane, line by line, the bottom line first; ends of the axes included."""
    height, width = shape
    across, up = np.meshgrid(np.linspace(x.low, x.high, width), np.linspace(y.low, y.high, height))
    points: Floats = np.column_stack([across.ravel(), up.ravel()])
    return points


def shaded_classes(probabilities: Floats, *, ordered: bool = False) -> tuple[Array, Array]:
    """Number of the class that is told ``[…]`` and its shade, 0 at a draw of all classes to 7, of ``[…, c]``."""
    draw = 1.0 / probabilities.shape[-1]
    told = told_class(probabilities, ordered=ordered)
    surest = np.take_along_axis(probabilities, told[..., None], axis=-1)[..., 0]
    shade = np.clip((surest - draw) / (1.0 - draw) * STRENGTHS, 0, STRENGTHS - 1).astype(np.int64)
    return told, shade


def _frames_of(values: Floats, epochs: Sequence[int], losses: Sequence[float | None]) -> Floats:
    values = np.asarray(values)
    if not np.issubdtype(values.dtype, np.floating):
        values = values.astype(np.float64)
    if not len(values) == len(epochs) == len(losses):
        raise ValueError(f"{len(values)} frames, {len(epochs)} epochs and {len(losses)} losses are not equally many")
    return values


def _kept(values: Floats) -> RowNumbers:
    """Which frames are shown: finite ones, at most ``MOST_FRAMES``."""
    finite = np.flatnonzero(np.isfinite(values).reshape(len(values), -1).all(axis=1))
    if not len(finite):
        raise ValueError("no frame is finite")
    return _spread(finite, MOST_FRAMES)


def _spread(numbers: RowNumbers, most: int) -> RowNumbers:
    """At most so many of them, evenly spread, both ends among them."""
    if len(numbers) <= most:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, most).round().astype(np.int64)]


def _both(probabilities: Floats, classes: int) -> Floats:
    """Probabilities of both classes where only the second one's are given."""
    if classes == 2 and probabilities.shape[-1] == 1:
        return np.concatenate([1.0 - probabilities, probabilities], axis=-1)
    return probabilities


def _few_classes(probabilities: Floats, names: tuple[str, ...]) -> tuple[Floats, tuple[str, ...]]:
    if len(names) <= _MOST_CLASSES:
        return probabilities, names
    wins = np.bincount(probabilities[-1].argmax(axis=-1), minlength=len(names))
    order = np.argsort(-wins, kind="stable")
    own, others = np.sort(order[: _MOST_CLASSES - 1]), order[_MOST_CLASSES - 1 :]
    rest = probabilities[..., others].max(axis=-1, keepdims=True)
    few = np.concatenate([probabilities[..., own], rest], axis=-1)
    return few, (*(names[place] for place in own), f"one of {len(others)} others")


def _middle(values: Floats) -> Floats:
    """Where the scale ends: the last frame and the middle frame of all; a wild beginning would flatten the rest."""
    flat = values.reshape(len(values), -1)
    return np.concatenate([flat[-1], [np.median(flat.min(axis=1)), np.median(flat.max(axis=1))]])


def _ends(values: Floats) -> tuple[float, float]:
    """Least and largest, apart in any case."""
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        room = 0.5 * max(abs(low), 1.0)
        return low - room, high + room
    return low, high


def _as_bytes(values: Floats, low: float, high: float, levels: int) -> Array:
    """0 … levels − 1, rounded half up, so that 0.5 and above is the upper half of an even number of levels."""
    scaled = (values - low) / (high - low) * (levels - 1)
    found: Array = np.floor(np.clip(scaled, 0, levels - 1) + 0.5).astype(np.uint8)
    return found


def _told(loss: float | None) -> float | None:
    return float(loss) if loss is not None and np.isfinite(loss) else None
