"""Run: what ``pl.fit`` returns."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pellucid.models import Model, read_model
from pellucid.records import ComparisonRecord, Finding, RunRecord, Score

__all__ = ["Run"]


@dataclass(frozen=True)
class Run:
    """A finished run and its folder.

    Attributes:
        path: The folder.
        record: Everything that happened.
    """

    path: Path
    record: RunRecord

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
        """Test rows with truth and prediction."""
        return self.path / "test_predictions.csv"

    @cached_property
    def model(self) -> Model:
        """The saved networks, read back from the file."""
        return read_model(self.model_path)

    @property
    def test(self) -> dict[str, float]:
        """Metric → value on the test rows, the primary metric first; of one of several targets as ``rmse(price)``."""
        return _values(self.record.test)

    @property
    def test_interval(self) -> dict[str, tuple[float | None, float | None]]:
        """Metric → 95 % bootstrap interval on the test rows."""
        return {score.key: (score.low, score.high) for score in self.record.test}

    @property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Baseline (majority, linear, boosting) → metric → value on the same rows."""
        return {baseline.name: _values(baseline.scores) for baseline in self.record.baselines}

    @property
    def comparisons(self) -> dict[str, ComparisonRecord]:
        """Baseline → the network against it, paired on the same rows."""
        return {comparison.baseline: comparison for comparison in self.record.comparisons}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """About the data and the training."""
        return self.record.findings

    def __repr__(self) -> str:
        first = self.record.test[0]
        return f"<Run {self.path}: {self.record.target}, {first.metric} {first.value:.4g} on the test rows>"


def _values(scores: tuple[Score, ...]) -> dict[str, float]:
    return {score.key: score.value for score in scores}
