"""The verdict of a run: the saved file's scores on the test rows, beside plain models on the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pellucid.encoding import decode_target
from pellucid.evaluation import Baseline, compare, find_mistakes, fit_baselines, judge
from pellucid.experiments.preparing import Decided, Prepared
from pellucid.models import Model, Prediction
from pellucid.models.told import probability_columns, value_columns
from pellucid.records import BaselineRecord, ComparisonRecord, Score
from pellucid.records.delimited import encode_csv
from pellucid.shapes import Array, Floats
from pellucid.tables import how_drawn

__all__ = ["Verdict", "judge_rows", "regression_names", "verdict_of"]


@dataclass(frozen=True)
class Verdict:
    """How good a run is.

    Attributes:
        scores: On the test rows, the primary one first.
        baselines: Plain models on the same rows.
        comparisons: The network against each.
        detail: Where the errors are; see ``evaluation.find_mistakes``.
        predictions: ``test_predictions.csv``.
        drawn: How test rows were drawn, in words.
        counted: What else was split: groups, sequences.
    """

    scores: tuple[Score, ...]
    baselines: tuple[BaselineRecord, ...]
    comparisons: tuple[ComparisonRecord, ...]
    detail: dict[str, Any]
    predictions: bytes
    drawn: str
    counted: dict[str, int] = field(default_factory=dict)


def judge_rows(prepared: Prepared, model: Model, seed: int) -> Verdict:
    """The verdict where every row is predicted by itself.

    Args:
        prepared: The encoded table.
        model: As read back from its file: what is judged is what predict will say.
        seed: Of intervals and boosting.
    """
    decided = prepared.decided
    target = decided.target
    prediction = model.predict_table(decided.table.take(decided.test))
    truth, names = decided.values[decided.test], regression_names(decided)
    baselines = fit_baselines(
        decided.table,
        decided.columns,
        target,
        decided.values,
        decided.train,
        decided.test,
        seed,
        levels=target.levels,
        names=names,
    )
    detail = find_mistakes(
        target.task,
        truth,
        prediction.decided,
        prediction.probabilities,
        rows=decided.origin[decided.test] + 1,
        classes=target.classes,
        levels=target.levels,
        names=names,
    )
    return verdict_of(
        target.task,
        truth,
        (prediction.decided, prediction.probabilities),
        baselines,
        detail=detail,
        predictions=_prediction_file(prepared, prediction),
        drawn=how_drawn(target.task),
        levels=target.levels,
        names=names,
        seed=seed,
    )


def verdict_of(
    task: str,
    truth: Array,
    ours: tuple[Array, Floats | None],
    baselines: Iterable[Baseline],
    *,
    detail: dict[str, Any],
    predictions: bytes,
    drawn: str,
    levels: tuple[float, ...] = (),
    names: tuple[str, ...] = (),
    counted: dict[str, int] | None = None,
    seed: int,
) -> Verdict:
    """Scores of the network, and of it against every baseline.

    Args:
        task: As in ``judge``, as are ``truth``, ``levels`` and ``names``.
        truth: What was true.
        ours: What the networks say, and how sure they are.
        baselines: Judged already.
        detail: See ``Verdict``, as are ``predictions``, ``drawn`` and ``counted``.
        predictions: The file.
        drawn: In words.
        levels: Those of quantiles.
        names: Of several targets.
        counted: Groups, sequences.
        seed: Of the intervals.
    """
    rivals = tuple(baselines)
    return Verdict(
        scores=judge(task, truth, *ours, levels=levels, names=names, seed=seed),
        baselines=tuple(rival.record for rival in rivals),
        comparisons=tuple(
            compare(
                task,
                truth,
                ours,
                (rival.values, rival.probabilities),
                name=rival.record.name,
                title=rival.record.title,
                levels=levels,
            )
            for rival in rivals
        ),
        detail=detail,
        predictions=predictions,
        drawn=drawn,
        counted=counted or {},
    )


def regression_names(decided: Decided) -> tuple[str, ...]:
    """Of several targets that are judged one by one."""
    target = decided.target
    return target.columns if target.task == "regression" and len(target.columns) > 1 else ()


def _prediction_file(prepared: Prepared, prediction: Prediction) -> bytes:
    """Row number in the table as read (the first row of data is 1), truth and prediction of every test row."""
    decided, target = prepared.decided, prepared.target_encoding
    truth = decided.values[decided.test]
    if target.kind != "numbers":
        truth = decode_target(target, truth)
    return encode_csv(
        {
            "row": (decided.origin[decided.test] + 1).tolist(),
            **value_columns(target, truth, "truth"),
            **value_columns(target, prediction.values, "prediction"),
            **probability_columns(target, prediction.probabilities),
        }
    )
