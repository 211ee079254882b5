"""Reconstruction: encoded rows through a narrow code and back, judged by what of the columns' spread comes back."""

import numpy as np

from pellucid.evaluation import find_mistakes
from pellucid.evaluation.baselines.codes import fit_codes
from pellucid.experiments.judging import Verdict, verdict_of
from pellucid.experiments.lesson import Lesson
from pellucid.experiments.preparing import Prepared
from pellucid.models import Model
from pellucid.records import ActivationLayer, NetworkSpec, Recipe, TargetSpec
from pellucid.records.delimited import encode_csv
from pellucid.tables import how_drawn
from pellucid.training import StackRows, TrainingData

__all__ = ["code_layers", "judge_reconstruction", "reconstruction_lesson"]


def code_layers(network: NetworkSpec) -> int:
    """How many leading layers give the code: those to the activation in the middle of the mirrored hidden layers."""
    ends = [place + 1 for place, layer in enumerate(network.layers) if isinstance(layer, ActivationLayer)]
    # An activation behind the output layer, where the loss needs one, is not one of the hidden layers'.
    hidden = ends[: len(ends) - isinstance(network.layers[-1], ActivationLayer)]
    return hidden[len(hidden) // 2]


def reconstruction_lesson(prepared: Prepared, recipe: Recipe, members: int, seed: int) -> Lesson:
    """Every training row is its own target."""
    own, numbers = prepared.decided.train, prepared.encoded.numbers
    learned = numbers[own]
    target = TargetSpec(
        task="reconstruction", columns=numbers.shape[1], low=float(learned.min()), high=float(learned.max())
    )
    data = TrainingData.of(numbers, numbers, numeric=prepared.encoding.numeric)
    rows = StackRows((own,) * members, (np.arange(0),) * members)
    return Lesson(data, rows, rows, target)


def judge_reconstruction(prepared: Prepared, model: Model, seed: int) -> Verdict:
    """Share of the encoded columns' spread that comes back on the test rows, beside as many principal components."""
    decided = prepared.decided
    test = decided.test
    truth = prepared.encoded.numbers[test].astype(np.float64)
    prediction = model.predict_table(decided.table.take(test))
    codes = prediction.values
    learned = prepared.encoded.numbers[decided.train].astype(np.float64)
    told = {f"code{place}": codes[:, place].tolist() for place in range(codes.shape[1])}
    error = np.sqrt(((truth - prediction.decided) ** 2).mean(axis=1))
    return verdict_of(
        "reconstruction",
        truth,
        (prediction.decided, None),
        fit_codes(learned, truth, code=codes.shape[1], seed=seed),
        detail=find_mistakes(
            "reconstruction",
            truth,
            prediction.decided,
            rows=decided.origin[test] + 1,
            names=prepared.encoding.input_names,
        ),
        predictions=encode_csv({"row": (decided.origin[test] + 1).tolist(), **told, "rmse": error.tolist()}),
        drawn=how_drawn("reconstruction"),
        seed=seed,
    )
