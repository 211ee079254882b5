"""What a target asks for: its task, its classes, labels, parts or levels, and its values as codes or numbers."""

from pellucid.tables.targets.decide import decide_target
from pellucid.tables.targets.decision import TASKS, TargetDecision, Task
from pellucid.tables.targets.values import target_values, unknown_labels, usable_rows

__all__ = ["TASKS", "TargetDecision", "Task", "decide_target", "target_values", "unknown_labels", "usable_rows"]
