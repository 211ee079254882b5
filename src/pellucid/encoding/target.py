"""The target as a network sees it, and back in the user's unit."""

from typing import Literal

import msgspec
import numpy as np

from pellucid.encoding.scale import exact_unit
from pellucid.shapes import Array, Codes, Floats, RowNumbers
from pellucid.tables.target import TargetDecision

__all__ = ["TargetEncoding", "decode_target", "encode_target", "fit_target"]


class TargetEncoding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fitted target.

    Attributes:
        kind: ``classes`` or ``number``.
        classes: Labels in the order of their codes; empty for a number.
        mean: Mean of the training rows, in the user's unit; 0 for classes.
        spread: Their population standard deviation, 1 if they are all equal; 1 for classes.
        low: Their minimum; 0 for classes.
        high: Their maximum; 0 for classes.
    """

    kind: Literal["classes", "number"]
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    spread: float = 1.0
    low: float = 0.0
    high: float = 0.0

    def __post_init__(self) -> None:
        if (self.kind == "classes") != (len(self.classes) > 1):
            raise ValueError("classes need at least two labels, a number none")
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("two classes have the same label")
        if not self.spread > 0 or self.low > self.high:
            raise ValueError("a spread is above 0 and low not above high")


def fit_target(values: Array, decision: TargetDecision, rows: RowNumbers) -> TargetEncoding:
    """Learn the target's scale from training rows.

    Args:
        values: Codes int64 ``[n]`` or numbers float64 ``[n]`` of the whole table.
        decision: Task and classes.
        rows: Training rows; their values are present and finite.
    """
    if decision.task != "regression":
        return TargetEncoding(kind="classes", classes=decision.classes)
    known = np.asarray(values, dtype=np.float64)[rows]
    low, high = float(known.min()), float(known.max())
    unit = exact_unit(low, high)
    spread = float((known / unit).std()) * unit if low < high else 1.0
    return TargetEncoding(
        kind="number", mean=float((known / unit).mean()) * unit, spread=spread or 1.0, low=low, high=high
    )


def encode_target(encoding: TargetEncoding, values: Array) -> Array:
    """Codes int64 ``[n]`` as they are, or numbers standardised to float32 ``[n]``."""
    if encoding.kind == "classes":
        return np.asarray(values, dtype=np.int64)
    return ((np.asarray(values, dtype=np.float64) - encoding.mean) / encoding.spread).astype(np.float32)


def decode_target(encoding: TargetEncoding, values: Codes | Floats) -> Array:
    """Labels (str ``[n]``) of codes, or numbers in the user's unit (float64) of standardised ones."""
    if encoding.kind == "classes":
        return np.asarray(encoding.classes)[np.asarray(values, dtype=np.int64)]
    return np.asarray(values, dtype=np.float64) * encoding.spread + encoding.mean
