"""What arrived: reading a table, deciding what its columns are, and dividing its rows."""

from pellucid.tables.duplicates import group_identical_rows, level_codes, twins_by_chance
from pellucid.tables.folds import SCHEMES, Fold, choose_scheme, cross_validation, hold_out, joined_groups
from pellucid.tables.kinds import ColumnDecision, decide_columns
from pellucid.tables.notation import Notation
from pellucid.tables.policy import RULES, Rule
from pellucid.tables.reading import read_table
from pellucid.tables.splits import fold_rows, how_drawn, split_rows
from pellucid.tables.table import Column, Table
from pellucid.tables.targets import (
    GROUPED,
    TASKS,
    UNIT_TASKS,
    Runs,
    TargetDecision,
    decide_target,
    find_runs,
    sequence_labels,
    target_values,
    unknown_labels,
    usable_rows,
    usable_sequences,
)

__all__ = [
    "GROUPED",
    "RULES",
    "SCHEMES",
    "TASKS",
    "UNIT_TASKS",
    "Column",
    "ColumnDecision",
    "Fold",
    "Notation",
    "Rule",
    "Runs",
    "Table",
    "TargetDecision",
    "choose_scheme",
    "cross_validation",
    "decide_columns",
    "decide_target",
    "find_runs",
    "fold_rows",
    "group_identical_rows",
    "hold_out",
    "how_drawn",
    "joined_groups",
    "level_codes",
    "read_table",
    "sequence_labels",
    "split_rows",
    "target_values",
    "twins_by_chance",
    "unknown_labels",
    "usable_rows",
    "usable_sequences",
]
