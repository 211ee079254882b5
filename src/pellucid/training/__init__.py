"""The only place with a loop."""

from pellucid.training.checking import check_recipe
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.loop import StackOutcome, train_stack
from pellucid.training.result import TrainResult
from pellucid.training.train import train, train_members

__all__ = [
    "StackOutcome",
    "StackRows",
    "TrainResult",
    "TrainingData",
    "check_recipe",
    "train",
    "train_members",
    "train_stack",
]
