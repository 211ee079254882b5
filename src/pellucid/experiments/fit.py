"""The main job: a table → an ensemble of networks, judged beside plain baselines, saved with its record and report."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from pellucid.encoding import Preparation
from pellucid.evaluation import Baseline, compare, confusion, fit_baselines, judge, residual_summary
from pellucid.experiments.ensembles import MEMBERS, Ensemble, train_ensemble
from pellucid.experiments.environment import environment, version
from pellucid.experiments.folder import new_folder, write_record
from pellucid.experiments.interrupts import Interrupts
from pellucid.experiments.options import FitOptions
from pellucid.experiments.preparing import Decided, Prepared, decide, prepare
from pellucid.experiments.recipes import RECIPES
from pellucid.experiments.run import Run
from pellucid.experiments.watching import Silent, Watcher
from pellucid.models import Card, Manifest, read_model, write_model
from pellucid.models.model import Prediction
from pellucid.objectives import choose_loss
from pellucid.records import (
    EpochRecord,
    Finding,
    Recipe,
    RunRecord,
    Severity,
    encode_lines,
    write_whole,
)
from pellucid.records.delimited import encode_csv
from pellucid.shapes import Array
from pellucid.tables import Table
from pellucid.training import check_recipe

__all__ = ["fit_table"]

ReportWriter = Callable[[RunRecord, Sequence[EpochRecord]], bytes]

_OVERRIDES = ("hidden", "activation", "loss", "optimizer", "lr", "batch_size", "epochs")


def fit_table(
    table: Table,
    options: FitOptions,
    *,
    watcher: Watcher | None = None,
    render_report: ReportWriter | None = None,
) -> Run:
    """Train, judge and save.

    Args:
        table: As read.
        options: What was asked for.
        watcher: Is told what goes on.
        render_report: Makes the page from the record; None writes none. It comes from a layer above.

    Raises:
        UsageError: If an option does not make sense.
        DataError: If the table is not what the task needs.
        TrainingError: If no member could be trained.
        SurroundingsError: If the folder cannot be written.
    """
    options.check()
    told = watcher or Silent()
    clock = _Clock()
    created = datetime.now(UTC).isoformat(timespec="seconds")
    folder = new_folder(table.name, options.out, key=f"{created} {options} {table.sha256} {time.time_ns()}")

    decided = decide(table, options)
    recipe, preparation = _choose(options, decided)
    prepared = prepare(decided, preparation)
    clock.lap("preparing")
    told.data_ready(prepared.summary)

    members = options.members or MEMBERS
    with Interrupts() as interrupts:
        told.training_started(_describe(members, prepared, recipe), recipe.epochs)
        ensemble = train_ensemble(
            prepared, recipe, members=members, seed=options.seed, on_epoch=told.epoch_done, stop=interrupts
        )
        interrupted = interrupts.requested
    clock.lap("training")
    told.training_ended(_ending(ensemble, interrupted=interrupted), clock.laps["training"])

    manifest = _manifest(prepared, ensemble, recipe, created)
    # What is judged is the saved file, read back: exactly what predict will say.
    model_path = folder / "model.safetensors"
    write_model(model_path, manifest, ensemble.arrays())
    prediction = read_model(model_path).predict_table(decided.table.take(decided.test))
    truth = decided.values[decided.test]
    values = _as_values(prediction, decided)
    scores = judge(decided.target.task, truth, values, prediction.probabilities, seed=options.seed)
    clock.lap("judging")
    baselines = fit_baselines(
        decided.table, decided.columns, decided.target, decided.values, decided.train, decided.test, options.seed
    )
    clock.lap("baselines")

    # The same file, now with its scores on its card.
    manifest = msgspec.structs.replace(manifest, card=msgspec.structs.replace(manifest.card, scores=scores))
    write_model(model_path, manifest, ensemble.arrays())
    write_whole(folder / "test_predictions.csv", _prediction_file(decided, prediction))
    write_whole(folder / "metrics.jsonl", encode_lines(ensemble.result.history))
    record = RunRecord(
        id=folder.name,
        created=created,
        command=options.command,
        task=decided.target.task,
        target=decided.target.name,
        classes=decided.target.classes,
        recipe=ensemble.result.recipes[0],
        network=_widths(prepared, recipe),
        activation=recipe.activation,
        preparation=msgspec.to_builtins(preparation),
        options=msgspec.to_builtins(options),
        environment=environment(),
        source=decided.source,
        columns=prepared.summary.columns,
        split={
            "train_rows": len(decided.train),
            "test_rows": len(decided.test),
            "without_target": decided.target.missing,
            "drawn": "at random" if decided.target.task == "regression" else "at random, stratified by class",
            "seed": options.seed,
        },
        members=ensemble.records,
        test=scores,
        baselines=tuple(baseline.record for baseline in baselines),
        comparisons=tuple(_comparison(decided, values, prediction, truth, baseline) for baseline in baselines),
        detail=_detail(decided, truth, values),
        findings=(*prepared.summary.findings, *_training_findings(ensemble)),
        ended="interrupted" if interrupted else "finished",
        seconds={},
    )
    clock.lap("writing")
    record = msgspec.structs.replace(record, seconds=clock.seconds())
    files = ["model.safetensors", "test_predictions.csv", "metrics.jsonl"]
    if render_report is not None:
        write_whole(folder / "report.html", render_report(record, ensemble.result.history))
        files.append("report.html")
    return Run(folder, write_record(folder, record, tuple(files)))


class _Clock:
    """Wall time by phase."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now

    def seconds(self) -> dict[str, float]:
        return {**self.laps, "total": round(self._last - self._start, 3)}


def _choose(options: FitOptions, decided: Decided) -> tuple[Recipe, Preparation]:
    """The named recipe with what was asked for put in its place."""
    recipe, preparation = RECIPES[options.recipe](decided.target.task, len(decided.train))
    asked: dict[str, Any] = {name: getattr(options, name) for name in _OVERRIDES}
    asked = {name: value for name, value in asked.items() if value is not None}
    if asked.get("optimizer", recipe.optimizer) != "adamw":
        # Decoupled decay is AdamW's own.
        asked["weight_decay"] = None
    recipe = recipe.replace(**asked)
    recipe = recipe.replace(loss=choose_loss(recipe.loss, decided.target.task))
    check_recipe(recipe)
    return recipe, preparation


def _widths(prepared: Prepared, recipe: Recipe) -> str:
    outputs = max(len(prepared.decided.target.classes), 1)
    if recipe.loss == "bce_with_logits":
        outputs = 1
    return "-".join(str(width) for width in (prepared.summary.inputs, *recipe.hidden, outputs))


def _describe(members: int, prepared: Prepared, recipe: Recipe) -> str:
    titles = {"adamw": "AdamW", "adam": "Adam", "sgd": "SGD"}
    noun = "network" if members == 1 else "networks"
    return f"{members} {noun} {_widths(prepared, recipe)}, {recipe.activation}, {titles[recipe.optimizer]}"


def _ending(ensemble: Ensemble, *, interrupted: bool) -> str:
    epochs = sorted(ensemble.records[m].best_epoch for m in ensemble.usable)
    span = f"best epoch {epochs[0]}" if epochs[0] == epochs[-1] else f"best epochs {epochs[0]} to {epochs[-1]}"
    if interrupted:
        return f"interrupted, best so far kept ({span})"
    if all(record.ended == "stopped early" for record in ensemble.records):
        return f"stopped early, {span}"
    return span


def _manifest(prepared: Prepared, ensemble: Ensemble, recipe: Recipe, created: str) -> Manifest:
    decided, first = prepared.decided, ensemble.usable[0]
    return Manifest(
        pellucid=version(),
        created=created,
        task=decided.target.task,
        target=decided.target.name,
        classes=decided.target.classes,
        network=ensemble.result.network(first),
        members=len(ensemble.usable),
        link=ensemble.result.objectives[first].link,
        clamp=decided.target.task == "regression",
        encoding=prepared.encoding,
        target_encoding=prepared.target_encoding,
        card=Card(
            source=decided.source.name,
            sha256=decided.source.sha256,
            rows=decided.source.rows,
            recipe=msgspec.to_builtins(recipe),
        ),
    )


def _as_values(prediction: Prediction, decided: Decided) -> Array:
    """Predictions as the judges want them: class codes, or numbers."""
    if prediction.probabilities is None:
        return prediction.values
    codes: Array = prediction.probabilities.argmax(axis=1).astype(np.int64)
    return codes


def _comparison(decided: Decided, values: Array, prediction: Prediction, truth: Array, baseline: Baseline) -> Any:
    return compare(
        decided.target.task,
        truth,
        (values, prediction.probabilities),
        (baseline.values, baseline.probabilities),
        name=baseline.record.name,
        title=baseline.record.title,
    )


def _detail(decided: Decided, truth: Array, values: Array) -> dict[str, Any]:
    if decided.target.task == "regression":
        return {"residuals": residual_summary(truth, values, decided.origin[decided.test] + 1)}
    return {"confusion": confusion(truth, values, decided.target.classes)}


def _training_findings(ensemble: Ensemble) -> list[Finding]:
    lost = [record for record in ensemble.records if record.ended == "diverged"]
    if not lost:
        return []
    unusable = len(ensemble.records) - len(ensemble.usable)
    message = (
        f"{len(lost)} of {len(ensemble.records)} networks diverged to values that are not finite; "
        f"{unusable} of them had no sound epoch and {'was' if unusable == 1 else 'were'} left out."
    )
    return [
        Finding(
            code="T605",
            slug="non-finite",
            severity=Severity.WARNING,
            message=message,
            fix="Lower the learning rate with --lr.",
            evidence={"diverged": len(lost), "left_out": unusable},
        )
    ]


def _prediction_file(decided: Decided, prediction: Prediction) -> bytes:
    """Row number in the table as read (the first row of data is 1), truth and prediction of every test row."""
    truth: Any = decided.values[decided.test]
    columns: dict[str, Sequence[object]] = {
        "row": (decided.origin[decided.test] + 1).tolist(),
        "truth": list(_labels(decided, truth)),
        "prediction": list(prediction.values),
    }
    if prediction.probabilities is not None:
        for position, name in enumerate(decided.target.classes):
            columns[f"probability_{name}"] = prediction.probabilities[:, position].tolist()
    return encode_csv(columns)


def _labels(decided: Decided, values: Array) -> Array:
    """Class labels of class codes; numbers as they are."""
    if decided.target.task == "regression":
        return values
    labels: Array = np.asarray(decided.target.classes)[values]
    return labels
