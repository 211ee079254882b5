"""The only place with a loop."""

from pellucid.training.checking import check_recipe
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.loop import StackOutcome, train_stack
from pellucid.training.range_test import LRRangeTest, lr_range_test
from pellucid.training.result import TrainResult
from pellucid.training.train import train, train_members

__all__ = [
    "LRRangeTest",
    "StackOutcome",
    "StackRows",
    "TrainResult",
    "TrainingData",
    "check_recipe",
    "lr_range_test",
    "train",
    "train_members",
    "train_stack",
]
