"""What ``--json`` prints: exactly one document with ``schema_version``."""

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pellucid.cli.failures import Failure
from pellucid.records import SCHEMA_VERSION, DroppedRecord, Finding, Score, VariantRecord, encode_json

if TYPE_CHECKING:  # a failure is told without loading what it failed to reach
    from pellucid.experiments import Run
    from pellucid.experiments.compare.comparison import Comparison
    from pellucid.figures import FigureData
    from pellucid.jobs import Evaluation
    from pellucid.jobs.figures import RunView
    from pellucid.reference import ContractView, Listing, Sheet, View

__all__ = [
    "comparison_document",
    "contract_document",
    "evaluation_document",
    "failure_document",
    "fit_document",
    "listing_document",
    "run_view_document",
    "view_document",
]


def fit_document(run: "Run") -> str:
    """The result of ``pellucid fit``."""
    record = run.record
    return _document(
        {
            "task": record.task,
            "rows": record.source.rows,
            "test": _values(record.test),
            "test_interval": _intervals(record.test),
            "baselines": {baseline.name: _values(baseline.scores) for baseline in record.baselines},
            "findings": _findings(record.findings),
            "run": str(run.path),
            "model": str(run.model_path),
            "report": str(run.report_path),
            "seconds": record.seconds["total"],
        }
    )


def comparison_document(comparison: "Comparison", resume: str = "") -> str:
    """The result of ``pellucid compare``: who stands where, the tests, the factors, and the saved model's scores.

    Args:
        comparison: The comparison.
        resume: The command that goes on with an interrupted one; empty for others.
    """
    record, files = comparison.record, comparison.record.artifacts
    return _document(
        {
            "task": record.task,
            "rows": record.source.rows,
            "metric": record.metric,
            "greater_is_better": record.greater_is_better,
            "factors": record.factors,
            "design": record.design,
            "networks": record.networks,
            "ended": record.ended,
            "resume": resume or None,
            "chosen": record.chosen or None,
            "reason": record.reason,
            "sentences": record.sentences,
            "variants": [_without_recipe(variant) for variant in record.variants],
            "rungs": record.rungs,
            "dropped": [_without_recipe(variant) for variant in record.dropped],
            "pairs": record.pairs,
            "importance": record.importance,
            "interplay": record.interplay,
            "noise": record.noise,
            "detectable": record.detectable or None,
            "recipe": record.variant(record.chosen).recipe if record.chosen else None,
            "test": _values(record.test),
            "test_interval": _intervals(record.test),
            "baselines": {baseline.name: _values(baseline.scores) for baseline in record.baselines},
            "differences": record.comparisons,
            "ensembles": [
                {
                    "kind": each.kind,
                    "title": each.title,
                    "variants": each.variants,
                    "networks": each.networks,
                    "choice": each.choice,
                    "test": _values(each.scores),
                    "test_interval": _intervals(each.scores),
                    "saved": each.saved,
                }
                for each in record.ensembles
            ],
            "findings": _findings(record.findings),
            "run": str(comparison.path),
            "record": str(comparison.path / "comparison.json"),
            "model": str(comparison.model_path) if "model.safetensors" in files else None,
            "report": str(comparison.report_path) if "report.html" in files else None,
            "scores": str(comparison.scores_path) if "scores.csv" in files else None,
            "gif": None if comparison.gif is None else {**vars(comparison.gif), "path": str(comparison.gif.path)},
            "memory": record.memory,
            "seconds": record.seconds["total"],
        }
    )


def evaluation_document(evaluation: "Evaluation") -> str:
    """The result of ``pellucid evaluate``."""
    return _document(
        {
            "task": evaluation.task,
            "rows": evaluation.rows,
            "test": _values(evaluation.scores),
            "test_interval": _intervals(evaluation.scores),
            "findings": _findings(evaluation.findings),
            "model": str(evaluation.model_path),
        }
    )


def listing_document(listing: "Listing") -> str:
    """The result of ``pellucid show activations`` and its kin."""
    return _document({"kind": listing.kind.name, "entries": [_sheet(sheet) for sheet in listing.sheets]})


def view_document(view: "View") -> str:
    """The result of ``pellucid show activation gelu`` and its kin."""
    return _document(
        {
            **_sheet(view.sheet),
            "figure": _figure(view.figure) if view.figure is not None else None,
            "plot": str(view.plot) if view.plot is not None else None,
        }
    )


def run_view_document(view: "RunView") -> str:
    """The result of ``pellucid show run RUN``."""
    record = view.folder.record
    return _document(
        {
            "run": str(view.folder.path),
            "id": record.id,
            "command": record.command,
            "task": record.task,
            "target": record.target,
            "ended": record.ended,
            "test": _values(record.test),
            "test_interval": _intervals(record.test),
            "figures": {kind.name: {"shows": kind.shows, "why_not": why_not or None} for kind, why_not in view.figures},
            "drawn": [
                {"name": each.name, "file": str(each.file), "caption": each.figure.caption, **_figure(each.figure)}
                for each in view.drawn
            ],
        }
    )


def contract_document(view: "ContractView") -> str:
    """The result of ``pellucid show contract``."""
    return _document({"kind": "contract", "rows": [dataclasses.asdict(row) for row in view.rows]})


def failure_document(failure: Failure) -> str:
    """What a program gets instead of a result."""
    return _document({"error": {"exit_code": failure.exit_code, "message": failure.sentence, **failure.detail}})


def _without_recipe(variant: VariantRecord | DroppedRecord) -> dict[str, Any]:
    """The record holds recipes; hundreds of them would hide what is told here."""
    names = [name for name in variant.__struct_fields__ if name not in ("recipe", "preparation")]
    return {name: getattr(variant, name) for name in names}


def _document(fields: dict[str, Any]) -> str:
    return encode_json({"schema_version": SCHEMA_VERSION, **fields}, indent=2).decode()


def _sheet(sheet: "Sheet") -> dict[str, Any]:
    return dataclasses.asdict(sheet)


def _figure(figure: "FigureData") -> dict[str, Any]:
    """Title, description and table; the arrays themselves are for Python."""
    rows = [[_finite(cell) for cell in row] for row in figure.table.rows]
    return {
        "title": figure.title,
        "description": figure.alt,
        "facts": {name: _finite(value) for name, value in figure.facts.items()},
        "columns": list(figure.table.columns),
        "rows": rows,
    }


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _values(scores: Sequence[Score]) -> dict[str, float | None]:
    # JSON has no NaN: a metric that the rows leave undefined is null.
    return {score.key: score.value if math.isfinite(score.value) else None for score in scores}


def _intervals(scores: Sequence[Score]) -> dict[str, list[float | None]]:
    return {score.key: [score.low, score.high] for score in scores}


def _findings(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [
        {"code": each.code, "slug": each.slug, "severity": each.severity.value, "message": each.message}
        for root in findings
        for each in (root, *root.effects)
    ]
