"""What a comparison tells whoever started it, while it runs. The command line draws it; the front door is silent."""

from dataclasses import dataclass
from typing import Protocol

from pellucid.experiments.watching import DataSummary

__all__ = ["ComparisonWatcher", "PlanSummary", "SilentComparison"]


@dataclass(frozen=True)
class PlanSummary:
    """What is about to be trained.

    Attributes:
        variants: How many recipes.
        seeds: Repeats.
        folds: Folds of each.
        scheme: How they are drawn.
        networks: Networks in all; with halving, those of its rounds count by the share of their epochs that they are
            given.
        done: Of them, those that an earlier part of the same comparison has trained.
        metric: What variants are judged by.
        memory: Bytes that all its processes will hold at the peak, as predicted.
        folder: Where the comparison is kept; the same command with it as ``--out`` goes on after an interruption.
        finalists: Variants that halving will leave, to be trained on all folds of all seeds; None without halving.
    """

    variants: int
    seeds: int
    folds: int
    scheme: str
    networks: int
    done: int
    metric: str
    memory: int
    folder: str
    finalists: int | None = None


class ComparisonWatcher(Protocol):
    """Gets one call per event, in this order, from the thread that called."""

    def data_ready(self, summary: DataSummary) -> None:
        """The table is read, checked and divided."""

    def plan_ready(self, plan: PlanSummary) -> None:
        """It is known what will be trained."""

    def networks_done(self, done: float, networks: int) -> None:
        """So many of all networks are trained; parts of networks count as such. Comes from any thread."""

    def training_ended(self, note: str, seconds: float) -> None:
        """Training is over; ``note`` is such as ``300 networks`` or ``out of time after 3 of 10 seeds``."""

    def stage_started(self, title: str) -> None:
        """Something that takes its time begins: ``retraining gelu``, ``judging``."""


class SilentComparison:
    """A watcher that says nothing."""

    def data_ready(self, summary: DataSummary) -> None:
        """Ignored."""

    def plan_ready(self, plan: PlanSummary) -> None:
        """Ignored."""

    def networks_done(self, done: float, networks: int) -> None:
        """Ignored."""

    def training_ended(self, note: str, seconds: float) -> None:
        """Ignored."""

    def stage_started(self, title: str) -> None:
        """Ignored."""
