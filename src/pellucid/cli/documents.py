"""What ``--json`` prints: exactly one document with ``schema_version``."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pellucid.cli.failures import Failure
from pellucid.records import SCHEMA_VERSION, Finding, Score, encode_json

if TYPE_CHECKING:  # a failure is told without loading what it failed to reach
    from pellucid.experiments import Run
    from pellucid.jobs import Evaluation

__all__ = ["evaluation_document", "failure_document", "fit_document"]


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


def failure_document(failure: Failure) -> str:
    """What a program gets instead of a result."""
    return _document({"error": {"exit_code": failure.exit_code, "message": failure.sentence, **failure.detail}})


def _document(fields: dict[str, Any]) -> str:
    return encode_json({"schema_version": SCHEMA_VERSION, **fields}, indent=2).decode()


def _values(scores: Sequence[Score]) -> dict[str, float | None]:
    # JSON has no NaN: a metric that the rows leave undefined is null.
    return {score.metric: score.value if math.isfinite(score.value) else None for score in scores}


def _intervals(scores: Sequence[Score]) -> dict[str, list[float | None]]:
    return {score.metric: [score.low, score.high] for score in scores}


def _findings(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [
        {"code": each.code, "slug": each.slug, "severity": each.severity.value, "message": each.message}
        for each in findings
    ]
