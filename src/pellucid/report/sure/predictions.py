"""``test_predictions.csv`` read back: what was true and what was said of the test rows."""

import csv
import io
import math
from dataclasses import dataclass

import numpy as np

from pellucid.records import RunRecord
from pellucid.shapes import Array, Floats

__all__ = ["ClassPredictions", "NumberPredictions", "read_predictions"]


@dataclass(frozen=True)
class ClassPredictions:
    """Classes.

    Attributes:
        truth: Number of the true class ``[n]``.
        probabilities: ``[n, c]``.
    """

    truth: Array
    probabilities: Floats


@dataclass(frozen=True)
class NumberPredictions:
    """Numbers.

    Attributes:
        truth: ``[n]``.
        said: ``[n]``.
    """

    truth: Floats
    said: Floats


def read_predictions(data: bytes, record: RunRecord) -> ClassPredictions | NumberPredictions | None:
    """Predictions of classes with probabilities, or of one number; None for other kinds of target.

    Args:
        data: The file.
        record: Says what is predicted.
    """
    if len(record.target_columns) != 1 or record.task not in ("binary", "multiclass", "regression", "count"):
        return None
    heads, *rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    if not rows or "truth" not in heads:
        return None
    truth = [row[heads.index("truth")] for row in rows]
    if record.task in ("regression", "count"):
        said = [row[heads.index("prediction")] for row in rows]
        pairs = [(float(true), float(own)) for true, own in zip(truth, said, strict=True) if true and own]
        pairs = [pair for pair in pairs if all(map(math.isfinite, pair))]
        return NumberPredictions(*np.array(pairs, dtype=np.float64).T) if pairs else None
    places = [place for place, name in enumerate(heads) if name.startswith("probability_")]
    known = {name: place for place, name in enumerate(record.classes)}
    # An apostrophe was put before what a spreadsheet would take for a formula.
    numbers = [known.get(name, known.get(name.removeprefix("'"), -1)) for name in truth]
    if len(places) != len(record.classes) or -1 in numbers:
        return None
    return ClassPredictions(np.array(numbers), np.array([[float(row[place]) for place in places] for row in rows]))
