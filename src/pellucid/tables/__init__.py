"""What arrived: reading a table, deciding what its columns are, and dividing its rows."""

from pellucid.tables.duplicates import group_identical_rows, twins_by_chance
from pellucid.tables.kinds import ColumnDecision, decide_columns
from pellucid.tables.notation import Notation
from pellucid.tables.policy import RULES, Rule
from pellucid.tables.reading import read_table
from pellucid.tables.splits import fold_rows, split_rows
from pellucid.tables.table import Column, Table
from pellucid.tables.target import TargetDecision, decide_target, target_values

__all__ = [
    "RULES",
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
    "read_table",
    "split_rows",
    "target_values",
    "twins_by_chance",
]
