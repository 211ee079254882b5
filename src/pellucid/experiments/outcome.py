"""Outcome: a folder with a saved model, and its record; what runs and comparisons have in common."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pellucid.records import ComparisonRunRecord, Finding, RunRecord

__all__ = ["Outcome"]

Record = TypeVar("Record", RunRecord, ComparisonRunRecord)


@dataclass(frozen=True)
class Outcome(Generic[Record]):
    """A folder and its record.

    Attributes:
        path: The folder.
        record: Everything that happened.
    """

    path: Path
    record: Record

    @property
    def model_path(self) -> Path:
        """The saved networks."""
        return self.path / "model.safetensors"

    @property
    def report_path(self) -> Path:
        """The report, one self-contained page."""
        return self.path / "report.html"

    @property
    def predictions_path(self) -> Path:
        """Test rows, which no network and no choice saw, with truth and prediction."""
        return self.path / "test_predictions.csv"

    @property
    def test(self) -> dict[str, float]:
        """Metric → value on the test rows, the primary metric first; of one of several targets as ``rmse(price)``."""
        return {score.key: score.value for score in self.record.test}

    @property
    def test_interval(self) -> dict[str, tuple[float | None, float | None]]:
        """Metric → 95 % bootstrap interval on the test rows."""
        return {score.key: (score.low, score.high) for score in self.record.test}

    @property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Baseline (majority, linear, boosting) → metric → value on the same rows."""
        return {each.name: {score.key: score.value for score in each.scores} for each in self.record.baselines}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """About the data and the training."""
        return self.record.findings
