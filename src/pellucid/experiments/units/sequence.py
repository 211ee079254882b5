"""Sequences: frames to label sequences by CTC, judged by the label error rate of whole sequences."""

import numpy as np

from pellucid.encoding import side_by_side
from pellucid.evaluation import find_mistakes
from pellucid.evaluation.baselines.spelling import fit_constant
from pellucid.experiments.judging import Verdict, verdict_of
from pellucid.experiments.lesson import Lesson
from pellucid.experiments.preparing import Decided, Prepared
from pellucid.models import Model
from pellucid.records import Recipe
from pellucid.records.delimited import encode_csv
from pellucid.shapes import Array, Codes, RowNumbers
from pellucid.tables import Runs, find_runs, how_drawn, sequence_labels
from pellucid.training import StackRows, TrainingData

__all__ = ["judge_sequences", "sequence_lesson"]


def sequence_lesson(prepared: Prepared, recipe: Recipe, members: int, seed: int) -> Lesson:
    """Whole training sequences; short ones are filled up with a row of zeros that the loss does not look at."""
    decided = prepared.decided
    runs, labels = _sequences(decided)
    frames = side_by_side(prepared.encoded.numbers, runs, prepared.target_encoding.context)
    lengths = runs.stops - runs.starts
    units = np.full((len(runs), int(lengths.max())), len(frames), dtype=np.int64)
    targets = np.zeros((len(runs), 2 + max(map(len, labels))), dtype=np.int64)
    start = 0
    for place, (length, own) in enumerate(zip(lengths.tolist(), labels, strict=True)):
        units[place, :length] = np.arange(start, start + length)
        targets[place, : 2 + len(own)] = (length, len(own), *own)
        start += length
    numbers = np.concatenate([frames, np.zeros((1, frames.shape[1]), dtype=frames.dtype)])
    learns = _inside(runs, decided.train)
    nothing = (np.arange(0),) * members
    target = prepared.spec
    return Lesson(
        TrainingData.of(numbers, targets, units=units),
        StackRows((learns,) * members, nothing),
        StackRows((decided.train,) * members, nothing),
        type(target)(task="sequence", classes=target.classes, rows=units.shape[1]),
    )


def judge_sequences(prepared: Prepared, model: Model, seed: int) -> Verdict:
    """Label error rate on the test sequences, beside always saying the same sequence."""
    decided = prepared.decided
    runs, labels = _sequences(decided)
    held = _inside(runs, decided.test)
    # By the sequences as they stood: taken out of the table, two of one group might become neighbours.
    prediction = model.predict_table(decided.table, runs.take(held))
    truth = _padded([labels[place] for place in held])
    classes = decided.target.classes
    learned = [labels[place] for place in _inside(runs, decided.train)]
    texts = [" ".join(classes[code - 1] for code in labels[place]) for place in held]
    said = prediction.decided if prediction.decided.shape[1] else np.zeros((len(truth), 1), dtype=np.int64)
    return verdict_of(
        "sequence",
        truth,
        (said, None),
        fit_constant(learned, truth, classes, seed=seed),
        detail=find_mistakes("sequence", truth, said, classes=classes),
        predictions=encode_csv(
            {
                "first_row": (decided.origin[runs.starts[held]] + 1).tolist(),
                "last_row": (decided.origin[runs.stops[held] - 1] + 1).tolist(),
                "group": [runs.names[place] for place in held],
                "truth": texts,
                "prediction": prediction.values.tolist(),
            }
        ),
        drawn=how_drawn("sequence", grouped=True),
        counted={"train_sequences": len(learned), "test_sequences": len(held)},
        seed=seed,
    )


def _sequences(decided: Decided) -> tuple[Runs, list[tuple[int, ...]]]:
    """All sequences of the decided table, which are usable, and their label numbers from 1."""
    runs = find_runs(decided.table.column(decided.target.group), decided.origin)
    number = {label: place for place, label in enumerate(decided.target.classes, start=1)}
    every = sequence_labels(decided.table.column(decided.target.columns[0]), runs)
    return runs, [tuple(number[label] for label in own or ()) for own in every]


def _inside(runs: Runs, rows: RowNumbers) -> RowNumbers:
    """The sequences that lie among these rows; a group is never divided, so one row tells."""
    return np.flatnonzero(np.isin(runs.starts, rows))


def _padded(labels: list[tuple[int, ...]]) -> Codes:
    codes: Array = np.zeros((len(labels), max(map(len, labels))), dtype=np.int64)
    for place, own in enumerate(labels):
        codes[place, : len(own)] = own
    return codes
