"""Model files with weights set by hand, so that every prediction is known beforehand."""

from pathlib import Path

import numpy as np

from pellucid.encoding import Preparation, fit_encoding, fit_target
from pellucid.models import Card, Manifest, write_model
from pellucid.records import FeatureLayer, LinearLayer, NetworkSpec
from pellucid.tables import decide_columns, decide_target, read_table, target_values


def write_linear_model(path: Path, columns: dict[str, list[object]], *, target: str, slope: float) -> Path:
    """A model whose output is ``slope`` times the first, standardised column: positive means the second class."""
    table = read_table(columns)
    decision = decide_target(table.column(target))
    values = target_values(table.column(target), decision)
    rows = np.flatnonzero(np.isfinite(values) if decision.task == "regression" else values >= 0)
    decisions, _ = decide_columns(table, target)
    encoding = fit_encoding(table, decisions, Preparation(), rows)
    dense = encoding.numeric + encoding.passed
    layers = (FeatureLayer(numeric=encoding.numeric, passed=encoding.passed), LinearLayer(inputs=dense, outputs=1))
    weight = np.zeros((1, dense, 1), dtype=np.float32)
    weight[0, 0, 0] = slope
    manifest = Manifest(
        pellucid="0.1.0",
        created="2026-01-01T00:00:00Z",
        task=decision.task,
        target=target,
        classes=decision.classes,
        network=NetworkSpec(layers=layers),
        members=1,
        link="identity" if decision.task == "regression" else "sigmoid",
        encoding=encoding,
        target_encoding=fit_target(values, decision, rows),
        card=Card(source=table.name, sha256=table.sha256, rows=table.rows),
    )
    write_model(path, manifest, {"1.weight": weight, "1.bias": np.zeros((1, 1), dtype=np.float32)})
    return path
