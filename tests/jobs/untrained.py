"""Model files with weights set by hand, so that every prediction is known beforehand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.encoding import Preparation, fit_encoding, fit_target, target_spec
from pellucid.heads import HEADS
from pellucid.models import Card, Manifest, write_model
from pellucid.records import FeatureLayer, LinearLayer, NetworkSpec
from pellucid.tables import decide_columns, decide_target, read_table, target_values, usable_rows

OWN_HEADS = {
    "binary": "sigmoid",
    "ordinal": "coral",
    "multilabel": "sigmoids",
    "distribution": "softmax",
    "regression": "identity",
    "count": "exp",
}


def write_linear_model(
    path: Path,
    columns: dict[str, list[object]],
    *,
    target: str | Sequence[str],
    slope: float,
    bias: Sequence[float] = (0.0,),
    head: str = "",
    **asked: Any,
) -> Path:
    """A model whose outputs are ``slope`` times the first, standardised column: positive means the second class.

    Args:
        path: The file.
        columns: The table.
        target: What it predicts.
        slope: Of every output, from the second on of −slope.
        bias: Of the outputs; the last one is taken for those that follow.
        head: Choice of a head; empty: the one for the task.
        asked: Task, levels and order.
    """
    table = read_table(columns)
    goals = [table.column(name) for name in ([target] if isinstance(target, str) else target)]
    decision = decide_target(goals, asked.pop("task", None), **asked)
    values = target_values(goals, decision)
    rows = np.flatnonzero(usable_rows(values))
    decisions, _ = decide_columns(table, target)
    encoding = fit_encoding(table, decisions, Preparation(), rows)
    goal = fit_target(values, decision, rows)
    chosen = HEADS(head or OWN_HEADS[decision.task])
    dense = encoding.numeric + encoding.passed
    outputs = chosen.entry.outputs(target_spec(goal, decision.task), chosen.numbers)
    layers = (
        FeatureLayer(numeric=encoding.numeric, passed=encoding.passed),
        LinearLayer(inputs=dense, outputs=outputs),
    )
    weight = np.zeros((1, dense, outputs), dtype=np.float32)
    weight[0, 0] = np.where(np.arange(outputs) > 0, -slope, slope)
    biases = np.full((1, outputs), bias[-1], dtype=np.float32)
    biases[0, : len(bias)] = bias
    manifest = Manifest(
        pellucid="0.1.0",
        created="2026-01-01T00:00:00Z",
        task=decision.task,
        network=NetworkSpec(layers=layers),
        members=1,
        head=str(chosen),
        encoding=encoding,
        target_encoding=goal,
        card=Card(source=table.name, sha256=table.sha256, rows=table.rows),
    )
    write_model(path, manifest, {"1.weight": weight, "1.bias": biases})
    return path
