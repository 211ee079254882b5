"""Penalties, by name: what holds a network back from following single rows; one family per file."""

from pellucid.objectives.penalties.entry import ChosenPenalty, Penalty
from pellucid.objectives.penalties.reading import activity_layers, penalties_of, read_penalties
from pellucid.objectives.penalties.registry import PENALTIES
from pellucid.objectives.penalties.stack import StackPenalties
from pellucid.objectives.penalties.touched import touched

__all__ = [
    "PENALTIES",
    "ChosenPenalty",
    "Penalty",
    "StackPenalties",
    "activity_layers",
    "penalties_of",
    "read_penalties",
    "touched",
]
