"""The least run that there can be."""

from typing import Any

from pellucid.records import Recipe, RunRecord, SourceRecord


def run(**changes: Any) -> RunRecord:
    """A run with nothing in it but what is given."""
    fields: dict[str, Any] = {
        "id": "t-1",
        "created": "2026-01-01T00:00:00Z",
        "command": "pellucid fit t.csv --target y",
        "task": "regression",
        "target": "y",
        "classes": (),
        "recipe": Recipe(),
        "network": "1-1",
        "activation": "relu",
        "preparation": {},
        "options": {},
        "environment": {},
        "source": SourceRecord(name="t.csv", path="", sha256="", rows=0, columns=()),
        "columns": (),
        "split": {},
        "members": (),
        "test": (),
        "baselines": (),
        "comparisons": (),
        "detail": {},
        "findings": (),
        "ended": "finished",
        "seconds": {},
    }
    return RunRecord(**(fields | changes))
