"""``test_predictions.csv``, read back: classes as numbers, numbers as numbers."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.records import ComparisonRunRecord, RunRecord
from pellucid.records.delimited import encode_csv
from pellucid.shapes import Array, Floats

__all__ = ["ClassPredictions", "LabelPredictions", "NumberPredictions", "Predictions", "read_predictions"]

_CLASS_TASKS = ("binary", "multiclass", "ordinal")
_NUMBER_TASKS = ("regression", "count", "quantile")


@dataclass(frozen=True)
class ClassPredictions:
    """One of several classes.

    Attributes:
        classes: Labels in order ``[c]``.
        truth: Class numbers ``[n]``.
        predicted: Class numbers ``[n]``.
        probabilities: ``[n, c]``; None where the networks give scores.
    """

    classes: tuple[str, ...]
    truth: Array
    predicted: Array
    probabilities: Floats | None


@dataclass(frozen=True)
class LabelPredictions:
    """Any of several labels.

    Attributes:
        labels: ``[l]``.
        truth: Whether a row has a label ``[n, l]``.
        probabilities: ``[n, l]``.
    """

    labels: tuple[str, ...]
    truth: Array
    probabilities: Floats


@dataclass(frozen=True)
class NumberPredictions:
    """Numbers in their units.

    Attributes:
        names: Of the targets ``[t]``.
        truth: ``[n, t]``.
        predicted: ``[n, t]``; of quantiles the one nearest to the median.
    """

    names: tuple[str, ...]
    truth: Floats
    predicted: Floats


Predictions = ClassPredictions | LabelPredictions | NumberPredictions


def read_predictions(text: str, record: RunRecord | ComparisonRunRecord) -> Predictions | None:
    """What was true and what was said; None for tasks whose rows have neither a class nor a number.

    Args:
        text: Of the file.
        record: Of its run.

    Raises:
        ValueError: If a cell is not what the task has.
        KeyError: If a column is missing.
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    columns = {name: list(cells) for name, cells in zip(next(lines), zip(*lines, strict=True), strict=False)}
    if record.task in _CLASS_TASKS:
        return _classes(columns, record.classes)
    if record.task == "multilabel":
        return _labels(columns, record.classes)
    if record.task in _NUMBER_TASKS:
        return _numbers(columns, record)
    return None


def _classes(columns: dict[str, list[str]], classes: tuple[str, ...]) -> ClassPredictions:
    numbers = {_as_written(label): number for number, label in enumerate(classes)}

    def codes(name: str) -> Array:
        unknown = sorted({cell for cell in columns[name] if cell not in numbers})
        if unknown:
            raise ValueError(f"its column {name} says {unknown[0]!r}, which is no class of the run")
        return np.array([numbers[cell] for cell in columns[name]], dtype=np.int64)

    heads = [f"probability_{label}" for label in classes]
    probabilities = _real(columns, heads) if all(head in columns for head in heads) else None
    return ClassPredictions(classes, codes("truth"), codes("prediction"), probabilities)


def _labels(columns: dict[str, list[str]], labels: tuple[str, ...]) -> LabelPredictions:
    probabilities = _real(columns, [f"probability_{label}" for label in labels])
    truth = np.zeros(probabilities.shape, dtype=bool)
    for place, label in enumerate(labels):
        said, true = columns[f"prediction_{label}"], columns[f"truth_{label}"]
        likely = probabilities[:, place] >= 0.5
        # How a label is written is the table's own: yes and no, 1 and 0. What is said where it is unlikely means no.
        no = {cell for cell, is_it in zip(said, likely, strict=True) if not is_it}
        yes = {cell for cell, is_it in zip(said, likely, strict=True) if is_it}
        truth[:, place] = [cell in yes if yes else cell not in no for cell in true]
    return LabelPredictions(labels, truth, probabilities)


def _numbers(columns: dict[str, list[str]], record: RunRecord | ComparisonRunRecord) -> NumberPredictions:
    targets = record.targets or (record.target,)
    heads = [name for name in columns if name == "prediction" or name.startswith("prediction_")]
    if record.task == "quantile":
        middle = int(np.abs(np.array(record.levels) - 0.5).argmin())
        return NumberPredictions(targets, _real(columns, ["truth"]), _real(columns, [heads[middle]]))
    truths = [name for name in columns if name == "truth" or name.startswith("truth_")]
    return NumberPredictions(targets, _real(columns, truths), _real(columns, heads))


def _real(columns: dict[str, list[str]], names: Sequence[str]) -> Floats:
    return np.array([[float(cell) if cell else np.nan for cell in columns[name]] for name in names]).T


def _as_written(label: str) -> str:
    """A label as it stands in the file: ``records.encode_csv`` sets an apostrophe before what looks like a formula."""
    lines = csv.reader(io.StringIO(encode_csv({"label": [label]}).decode("utf-8"), newline=""))
    return list(lines)[1][0]
