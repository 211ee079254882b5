"""The only place with a loop."""

from pellucid.training.data import StackRows, TrainingData
from pellucid.training.loop import StackOutcome, train_stack

__all__ = ["StackOutcome", "StackRows", "TrainingData", "train_stack"]
