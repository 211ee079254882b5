"""Who does the work: this process, or several. The table of scores is the same whoever it was, and however many."""

from pellucid.experiments.executors.executor import Executor
from pellucid.experiments.executors.inline import Inline
from pellucid.experiments.executors.processes import Processes

__all__ = ["Executor", "Inline", "Processes"]
