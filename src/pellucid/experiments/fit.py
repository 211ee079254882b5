"""The main job: a table → an ensemble of networks, judged beside plain baselines, saved with its record and report."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from pellucid.experiments.choosing import choose_recipe
from pellucid.experiments.clock import Clock
from pellucid.experiments.ensembles import Ensemble, train_ensemble
from pellucid.experiments.environment import environment
from pellucid.experiments.folder import new_folder, write_record
from pellucid.experiments.interrupts import Interrupts
from pellucid.experiments.options import FitOptions
from pellucid.experiments.preparing import decide, prepare
from pellucid.experiments.replaying import epochs_to_keep, first_weights, layers_of, replay_of
from pellucid.experiments.run import Run
from pellucid.experiments.saving import model_of
from pellucid.experiments.task_jobs import TASK_JOBS
from pellucid.experiments.telling import TrainingJudge, describe_networks, network_widths, training_findings
from pellucid.experiments.watching import Silent, Watcher
from pellucid.models import read_model, write_model
from pellucid.records import (
    DoctorRecord,
    EpochRecord,
    LayerRecord,
    ReplayRecord,
    RunRecord,
    encode_json,
    encode_lines,
    write_whole,
)
from pellucid.shapes import Floats
from pellucid.tables import Table

__all__ = ["fit_table"]


class ReportWriter(Protocol):
    """Makes the page of a run; it comes from a layer above."""

    def __call__(
        self,
        record: RunRecord,
        epochs: Sequence[EpochRecord],
        /,
        *,
        replay: ReplayRecord | None,
        layers: Sequence[LayerRecord],
        predictions: bytes | None,
        weights: Floats | None,
    ) -> bytes:
        """HTML, UTF-8."""


def fit_table(
    table: Table,
    options: FitOptions,
    *,
    watcher: Watcher | None = None,
    render_report: ReportWriter | None = None,
    judge_training: TrainingJudge | None = None,
) -> Run:
    """Train, judge and save.

    Args:
        table: As read.
        options: What was asked for.
        watcher: Is told what goes on.
        render_report: Makes the page; None writes none.
        judge_training: The doctor, from a layer above, too; None asks nobody.

    Raises:
        UsageError: If an option does not make sense.
        ContractError: If loss and target do not fit together; names the nearest right recipe.
        DataError: If the table is not what the task needs.
        TrainingError: If no member could be trained.
        SurroundingsError: If the folder cannot be written.
    """
    options.check()
    told = watcher or Silent()
    clock = Clock()
    created = datetime.now(UTC).isoformat(timespec="seconds")
    folder = new_folder(table.name, options.out, key=f"{created} {options} {table.sha256} {time.time_ns()}")

    decided = decide(table, options)
    target = decided.target
    recipe, preparation = choose_recipe(options, target.task, len(decided.train), target.levels)
    job = TASK_JOBS[target.task]
    prepared = prepare(decided, preparation, target_expression=options.target_expression, context=job.context(options))
    members = options.members or job.members
    lesson = job.lesson(prepared, recipe, members, options.seed)
    widths = network_widths(lesson, recipe)
    looked_at = epochs_to_keep(recipe, lesson, members)
    clock.lap("preparing")
    told.data_ready(prepared.summary)

    with Interrupts() as interrupts:
        told.training_started(describe_networks(members, widths, recipe), recipe.epochs)
        ensemble = train_ensemble(
            prepared,
            recipe,
            members=members,
            seed=options.seed,
            lesson=lesson,
            setting=options.setting,
            on_epoch=told.epoch_done,
            stop=interrupts,
            snapshots_at=looked_at,
        )
        interrupted = interrupts.requested
    clock.lap("training")
    told.training_ended(_ending(ensemble, interrupted=interrupted), clock.laps["training"])

    manifest, arrays = model_of(prepared, ensemble.contributions(), recipe, created)
    model_path = folder / "model.safetensors"
    write_model(model_path, manifest, arrays)
    verdict = job.judge(prepared, read_model(model_path), options.seed)
    clock.lap("judging")
    # A network is kept whatever the doctor says of it, so the doctor comes when it is safe.
    judged = None
    if judge_training is not None:
        names = prepared.encoding.input_names
        known = names if len(names) == lesson.data.numeric + lesson.data.passed else ()
        judged = judge_training(ensemble.result, lesson.data, lesson.units, target=lesson.target, columns=known)
        clock.lap("doctor")

    replay = replay_of(prepared, ensemble, recipe, looked_at)
    layers = layers_of(ensemble, lesson, looked_at)
    clock.lap("looking back")

    # The same file, now with its scores on its card.
    manifest = msgspec.structs.replace(manifest, card=msgspec.structs.replace(manifest.card, scores=verdict.scores))
    write_model(model_path, manifest, arrays)
    write_whole(folder / "test_predictions.csv", verdict.predictions)
    write_whole(folder / "metrics.jsonl", encode_lines(ensemble.result.history))
    write_whole(folder / "layers.jsonl", encode_lines(layers))
    if replay is not None:
        write_whole(folder / "replay.json", encode_json(replay))
    record = RunRecord(
        id=folder.name,
        created=created,
        command=options.command,
        task=target.task,
        target=target.name,
        targets=target.columns,
        classes=target.classes,
        levels=target.levels,
        recipe=ensemble.result.recipes[0],
        network=widths,
        activation=recipe.activation,
        preparation=msgspec.to_builtins(preparation),
        options=msgspec.to_builtins(options),
        environment=environment(),
        source=decided.source,
        columns=prepared.summary.columns,
        split={
            "train_rows": len(decided.train),
            "test_rows": len(decided.test),
            "without_target": target.missing,
            **verdict.counted,
            "drawn": verdict.drawn,
            "seed": options.seed,
        },
        members=ensemble.records,
        test=verdict.scores,
        baselines=verdict.baselines,
        comparisons=verdict.comparisons,
        detail=verdict.detail,
        findings=(
            *prepared.summary.findings,
            *training_findings(ensemble),
            *(judged.findings if judged is not None else ()),
        ),
        doctor=DoctorRecord(checks=judged.checks, blind=judged.blind) if judged is not None else None,
        ended="interrupted" if interrupted else "finished",
        seconds={},
    )
    clock.lap("writing")
    record = msgspec.structs.replace(record, seconds=clock.seconds())
    files = ["model.safetensors", "test_predictions.csv", "metrics.jsonl", "layers.jsonl"]
    if replay is not None:
        files.append("replay.json")
    if render_report is not None:
        page = render_report(
            record,
            ensemble.result.history,
            replay=replay,
            layers=layers,
            predictions=verdict.predictions,
            weights=first_weights(ensemble),
        )
        write_whole(folder / "report.html", page)
        files.append("report.html")
    return Run(folder, write_record(folder, record, tuple(files)))


def _ending(ensemble: Ensemble, *, interrupted: bool) -> str:
    if not interrupted and not any(record.validation_rows for record in ensemble.records):
        return "last epoch kept"
    epochs = sorted(ensemble.records[m].best_epoch for m in ensemble.usable)
    span = f"best epoch {epochs[0]}" if epochs[0] == epochs[-1] else f"best epochs {epochs[0]} to {epochs[-1]}"
    if interrupted:
        return f"interrupted, best so far kept ({span})"
    if all(record.ended == "stopped early" for record in ensemble.records):
        return f"stopped early, {span}"
    return span
