"""Run: what ``pl.fit`` returns."""

from dataclasses import dataclass
from functools import cached_property

from pellucid.experiments.outcome import Outcome
from pellucid.models import Model, read_model
from pellucid.records import ComparisonRecord, RunRecord

__all__ = ["Run"]


@dataclass(frozen=True)
class Run(Outcome[RunRecord]):
    """A finished run and its folder.

    Attributes:
        path: The folder.
        record: Everything that happened.
    """

    @cached_property
    def model(self) -> Model:
        """The saved networks, read back from the file."""
        return read_model(self.model_path)

    @property
    def comparisons(self) -> dict[str, ComparisonRecord]:
        """Baseline → the network against it, paired on the same rows."""
        return {comparison.baseline: comparison for comparison in self.record.comparisons}

    def __repr__(self) -> str:
        first = self.record.test[0]
        return f"<Run {self.path}: {self.record.target}, {first.metric} {first.value:.4g} on the test rows>"
