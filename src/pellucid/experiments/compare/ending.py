"""How a comparison ends: the winner retrained and judged, the record, and the files of the folder."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from pellucid.errors import TrainingError
from pellucid.experiments.clock import Clock
from pellucid.experiments.compare.comparison import Comparison
from pellucid.experiments.compare.folder import write_comparison
from pellucid.experiments.compare.gathering import curve_records, held_out_predictions
from pellucid.experiments.compare.recording import Ending, Judged, record_of
from pellucid.experiments.compare.rounds import Pace
from pellucid.experiments.compare.watching import ComparisonWatcher
from pellucid.experiments.compare.winner import (
    Blend,
    Retrained,
    blend_record,
    blends,
    ensemble_candidates,
    judged_blend,
    retrain,
    shared_out,
)
from pellucid.experiments.ensembles import MEMBERS
from pellucid.experiments.judging import judge_rows
from pellucid.experiments.saving import model_of
from pellucid.experiments.telling import TrainingJudge, training_findings
from pellucid.models import read_model, write_model
from pellucid.records import (
    ComparisonRunRecord,
    CurveRecord,
    DoctorRecord,
    Finding,
    encode_lines,
    write_whole,
)

__all__ = ["ComparisonReportWriter", "end_comparison"]


class ComparisonReportWriter(Protocol):
    """Makes the page of a comparison; it comes from a layer above."""

    def __call__(
        self, record: ComparisonRunRecord, curves: Sequence[CurveRecord], /, *, predictions: bytes | None
    ) -> bytes:
        """HTML, UTF-8."""


def end_comparison(
    ending: Ending,
    *,
    clock: Clock,
    pace: Pace,
    told: ComparisonWatcher,
    stop: Callable[[], bool],
    render_report: ComparisonReportWriter | None,
    judge_training: TrainingJudge | None = None,
) -> Comparison:
    """Retrain, judge and save the winner, and write everything down.

    Args:
        ending: What there is.
        clock: Wall time by phase.
        pace: What is left of the time.
        told: Is told what goes on.
        stop: True leaves the winner for later: the comparison is then interrupted.
        render_report: Makes the page; None writes none.
        judge_training: The doctor; None asks nobody.

    Raises:
        TrainingError: If no network of any variant, or none of the winner's retrained, is sound.
        SurroundingsError: If a file cannot be written.
    """
    results, path = ending.results, ending.folder.path
    files: list[str] = []
    curves: list[CurveRecord] = []
    judged: Judged | None = None
    if results.columns:
        write_whole(path / "scores.csv", results.file())
        curves = curve_records(ending.folder.ledger, results, loose=ending.loose)
        write_whole(path / "curves.jsonl", encode_lines(curves))
        files += ["scores.csv", "curves.jsonl"]
        if ending.ended != "interrupted":
            judged = _judge_winner(ending, pace, told, stop, clock, judge_training)
        if judged is not None:
            write_whole(path / "test_predictions.csv", judged.verdict.predictions)
            files += ["model.safetensors", "test_predictions.csv"]
    record = record_of(ending, judged, "interrupted" if judged is None else ending.ended)
    clock.lap("writing")
    record = msgspec.structs.replace(record, seconds={**clock.seconds(), "earlier": round(ending.earlier, 3)})
    if render_report is not None and results.columns:
        said = None if judged is None else judged.verdict.predictions
        write_whole(path / "report.html", render_report(record, curves, predictions=said))
        files.append("report.html")
    record = write_comparison(path, record, tuple(files))
    if record.ended == "finished":
        ending.folder.tidy()
    return Comparison(path, record)


def _judge_winner(
    ending: Ending,
    pace: Pace,
    told: ComparisonWatcher,
    stop: Callable[[], bool],
    clock: Clock,
    judge_training: TrainingJudge | None,
) -> Judged | None:
    """None if somebody asked to stop."""
    results, options = ending.results, ending.options.fit
    candidates = ensemble_candidates(results)
    ways = blends(
        results, candidates, held_out_predictions(ending.folder.ledger, results, candidates, loose=ending.loose)
    )
    folds = results.bench.question.folds
    members = shared_out(ways, results.chosen, options.members or MEMBERS)
    networks = sum(members.values())
    if pace.affordable(networks, folds) < networks:
        # Better the winner whole than everybody half.
        members = {results.chosen: pace.affordable(options.members or MEMBERS, folds)}
    told.stage_started(_retraining([ending.plans[variant].name for variant in members]))
    retrained = retrain(
        ending.divided.decided, ending.plans, members, seed=options.seed, setting=options.setting, stop=stop
    )
    if stop():
        return None
    clock.lap("retraining")
    told.stage_started("judging on rows that no choice saw")
    saved = _saved(ways, retrained, ending.plans[results.chosen].name)
    model_path = ending.folder.path / "model.safetensors"
    recipe = ending.plans[next(iter(saved.weights))].recipe
    manifest, arrays = model_of(retrained.prepared, retrained.networks(saved), recipe, ending.folder.created)
    write_model(model_path, manifest, arrays)
    verdict = judge_rows(retrained.prepared, read_model(model_path), options.seed)
    # The same file, now with its scores on its card.
    card = msgspec.structs.replace(manifest.card, scores=verdict.scores)
    write_model(model_path, msgspec.structs.replace(manifest, card=card), arrays)
    records = []
    for way in ways:
        if way.kind == saved.kind:
            record = blend_record(way, ending.plans, networks=len(retrained.networks(saved)), scores=verdict.scores)
        elif retrained.has(way):
            record = judged_blend(retrained, way, ending.plans, created=ending.folder.created, seed=options.seed)
        else:
            record = blend_record(way, ending.plans)
        # A choice whose networks could not be trained again is not what was saved.
        records.append(msgspec.structs.replace(record, saved=way.kind == saved.kind))
    clock.lap("judging")
    findings, doctor = _training_findings(retrained, saved), None
    if judge_training is not None:
        names = retrained.prepared.encoding.input_names
        data = retrained.lesson.data
        seen = judge_training(
            retrained.result,
            data,
            retrained.units,
            target=retrained.lesson.target,
            columns=names if len(names) == data.numeric + data.passed else (),
        )
        findings, doctor = (*findings, *seen.findings), DoctorRecord(checks=seen.checks, blind=seen.blind)
        clock.lap("doctor")
    return Judged(verdict, tuple(records), findings, doctor)


def _retraining(names: Sequence[str]) -> str:
    return f"retraining {names[0]}" if len(names) == 1 else f"retraining {names[0]} and {len(names) - 1} more"


def _saved(ways: Sequence[Blend], retrained: Retrained, chosen: str) -> Blend:
    """The honest choice among those whose networks are sound; the winner before all others."""
    for way in sorted(ways, key=lambda way: not way.saved):
        if retrained.has(way) and (way.saved or way.kind == "winner"):
            return way
    raise TrainingError(
        f"Trained again on all rows, every network of {chosen} ended with values that are not finite. Compare smaller"
        " learning rates."
    )


def _training_findings(retrained: Retrained, saved: Blend) -> tuple[Finding, ...]:
    found = [each for variant in saved.weights for each in training_findings(retrained.ensembles[variant])]
    return tuple({(each.code, each.message): each for each in found}.values())
