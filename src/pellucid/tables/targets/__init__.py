"""What a target asks for: its task, its classes, labels, parts or levels, and its values as codes or numbers."""

from pellucid.tables.targets.decide import decide_target
from pellucid.tables.targets.decision import GROUPED, TASKS, UNIT_TASKS, TargetDecision, Task
from pellucid.tables.targets.sequences import Runs, find_runs, sequence_labels, usable_sequences
from pellucid.tables.targets.values import target_values, unknown_labels, usable_rows

__all__ = [
    "GROUPED",
    "TASKS",
    "UNIT_TASKS",
    "Runs",
    "TargetDecision",
    "Task",
    "decide_target",
    "find_runs",
    "sequence_labels",
    "target_values",
    "unknown_labels",
    "usable_rows",
    "usable_sequences",
]
