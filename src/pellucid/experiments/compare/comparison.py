"""Comparison: what ``pl.compare`` returns."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pellucid.errors import UsageError
from pellucid.experiments.outcome import Outcome
from pellucid.models import Model, read_model
from pellucid.records import ComparisonRunRecord, VariantRecord

__all__ = ["Comparison", "MovingPicture"]


@dataclass(frozen=True)
class MovingPicture:
    """A GIF of how the boundary moves along the path.

    Attributes:
        path: The file.
        frames: How many pictures.
        columns: Those that the picture shows.
        milliseconds: How long each stays.
        told: What has to be known to read it.
    """

    path: Path
    frames: int
    columns: tuple[str, ...]
    milliseconds: int
    told: str


@dataclass(frozen=True)
class Comparison(Outcome[ComparisonRunRecord]):
    """A comparison and its folder.

    Attributes:
        path: The folder.
        record: Everything that happened.
        gif: The moving picture that was asked for; None: none, or there was no time for it.
    """

    gif: MovingPicture | None = None

    @property
    def table(self) -> list[dict[str, object]]:
        """One row a variant, the best first: name, its values, mean, interval, rank… A data frame takes it as it is."""
        metric = self.record.metric
        return [
            {
                "variant": variant.name,
                **variant.levels,
                metric: variant.mean,
                "low": variant.low,
                "high": variant.high,
                "rank": variant.rank,
                "mean_rank": variant.mean_rank,
                "verdict": variant.verdict,
                "replicates": variant.replicates,
                "failed": variant.failed,
                "epochs": variant.epochs,
            }
            for variant in self.record.variants
        ]

    @property
    def best(self) -> VariantRecord:
        """The chosen variant.

        Raises:
            UsageError: If the comparison was interrupted before any variant had a score.
        """
        if not self.record.chosen:
            raise UsageError(f"No variant has a score yet. Ask the same again with out={str(self.path)!r} to go on.")
        return self.record.variant(self.record.chosen)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What can be said of the variants."""
        return self.record.sentences

    @property
    def scores_path(self) -> Path:
        """Every network's score."""
        return self.path / "scores.csv"

    @cached_property
    def model(self) -> Model:
        """The saved networks, read back from the file.

        Raises:
            UsageError: If the comparison was interrupted before they were trained.
        """
        if not self.record.test:
            raise UsageError(f"No model is saved yet. Ask the same again with out={str(self.path)!r} to go on.")
        return read_model(self.model_path)

    def __repr__(self) -> str:
        record = self.record
        if not record.chosen:
            return f"<Comparison {self.path}: {record.ended}, no variant has a score yet>"
        best = self.best
        mean = "no score" if best.mean is None else f"{record.metric} {best.mean:.4g}"
        return f"<Comparison {self.path}: {len(record.variants)} variants, {best.name} is chosen, {mean}>"
