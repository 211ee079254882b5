"""What arrived: reading a table, deciding what its columns are, and dividing its rows."""

from pellucid.tables.duplicates import group_identical_rows, twins_by_chance
from pellucid.tables.kinds import ColumnDecision, decide_columns
from pellucid.tables.notation import Notation
from pellucid.tables.policy import RULES, Rule
from pellucid.tables.reading import read_table
from pellucid.tables.splits import fold_rows, how_drawn, split_rows
from pellucid.tables.table import Column, Table
from pellucid.tables.targets import TASKS, TargetDecision, decide_target, target_values, unknown_labels, usable_rows

__all__ = [
    "RULES",
    "TASKS",
    "Column",
    "ColumnDecision",
    "Notation",
    "Rule",
    "Table",
    "TargetDecision",
    "decide_columns",
    "decide_target",
    "fold_rows",
    "group_identical_rows",
    "how_drawn",
    "read_table",
    "split_rows",
    "target_values",
    "twins_by_chance",
    "unknown_labels",
    "usable_rows",
]
