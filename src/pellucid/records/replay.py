"""ReplayRecord: how predictions changed while networks trained, small enough for a page; ``replay.json`` of a run."""

import math
import zlib
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from pellucid.shapes import Array

__all__ = ["LayerRecord", "ReplayAxis", "ReplayRecord", "pack_frames", "unpack_frames"]

Kind: TypeAlias = Literal["boundary", "certainty", "predictions"]
Meaning: TypeAlias = Literal["probability", "class", "value", "share"]

STRENGTHS = 8
"""Shades of one class in a picture of several: a byte is class · 8 + shade."""


class ReplayAxis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An axis of every frame.

    Attributes:
        label: Column name, or what is measured.
        low: Where it begins.
        high: Where it ends.
    """

    label: str
    low: float
    high: float


class ReplayRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Frames of one picture, one for each of some epochs, of all networks together.

    Attributes:
        kind: ``boundary``: predictions over the plane of two inputs, ``[f, h, w]``, the first line at the bottom;
            ``certainty``: of the test rows of each class, how many get which probability of their own class,
            ``[f, c, bins]``; ``predictions``: predicted numbers of test rows ``[f, n]``.
        meaning: Of a byte. ``probability`` of the second class from 0 to 1; ``class``: class · 8 + shade, the shade
            rising with the probability of the likeliest class; ``value``: from ``low`` to ``high``; ``share``: of a
            class's rows, from 0 to 1.
        epochs: Epoch of every frame ``[f]``, rising; 0 is before the first step.
        losses: Mean validation loss at these epochs; None where it was not measured.
        shape: Of the frames.
        levels: Values that a byte takes: 0 … levels − 1.
        x: Axis across: an input, a probability, or the true values.
        y: Axis up: an input, the share of rows, or the predicted values.
        low: What byte 0 stands for.
        high: What byte levels − 1 stands for.
        classes: Labels in order; empty where numbers are predicted.
        counts: Test rows of each class, for ``certainty``.
        truth: True values of ``predictions`` as bytes on the same scale ``[n]``.
        frames: ``pack_frames`` of the bytes.
    """

    kind: Kind
    meaning: Meaning
    epochs: tuple[int, ...]
    losses: tuple[float | None, ...]
    shape: tuple[int, ...]
    levels: int
    x: ReplayAxis
    y: ReplayAxis
    low: float = 0.0
    high: float = 1.0
    classes: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    truth: bytes = b""
    frames: bytes


class LayerRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One layer of one member after one epoch: a line of ``layers.jsonl``.

    Attributes:
        member: Position in the stack, counted from 0.
        epoch: 0 is before the first step.
        layer: Place among the layers with weights, counted from 1.
        weight: Norm of its weights.
        gradient: Norm of the loss's gradient by them, on a sample of the training rows.
        moved: How far they went since the epoch before, per epoch and relative to ``weight``; None for the first.
        dead: Share of its units that give 0 for every row of the sample; None where nothing follows that can die.
        saturated: Share of its values whose activation has a derivative below 1 % of its largest; None likewise.
    """

    member: int
    epoch: int
    layer: int
    weight: float
    gradient: float
    moved: float | None = None
    dead: float | None = None
    saturated: float | None = None


def pack_frames(frames: "Array") -> bytes:
    """Frames uint8 ``[f, …]`` as differences to the frame before, modulo 256, deflated (zlib)."""
    import numpy as np  # records are read by commands that start without it

    frames = np.ascontiguousarray(frames, dtype=np.uint8)
    changes = frames.copy()
    changes[1:] -= frames[:-1]
    return zlib.compress(changes.tobytes(), 9)


def unpack_frames(packed: bytes, shape: tuple[int, ...]) -> "Array":
    """What ``pack_frames`` was given: uint8 of this shape.

    Raises:
        ValueError: If it is not of this shape.
    """
    import numpy as np

    size = math.prod(shape)
    # A damaged or hostile file must not unfold without end.
    raw = zlib.decompressobj().decompress(packed, size + 1)
    if len(raw) != size:
        raise ValueError(f"frames of shape {shape} take {size} bytes, found {min(len(raw), size)} or more")
    changes = np.frombuffer(raw, dtype=np.uint8).reshape(shape)
    found: Array = np.cumsum(changes, axis=0, dtype=np.uint8)
    return found
