"""The only place with a loop."""

from pellucid.training.checking import check_recipe
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.range_test import LRRangeTest, lr_range_test
from pellucid.training.result import StackOutcome, TrainResult
from pellucid.training.setting import Setting, check_setting
from pellucid.training.train import train, train_members
from pellucid.training.trainer import Trainer

__all__ = [
    "LRRangeTest",
    "Setting",
    "StackOutcome",
    "StackRows",
    "TrainResult",
    "Trainer",
    "TrainingData",
    "check_recipe",
    "check_setting",
    "lr_range_test",
    "train",
    "train_members",
]
