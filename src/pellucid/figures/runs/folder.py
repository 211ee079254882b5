"""A run's folder, read as far as a figure needs it."""

import csv
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from pellucid.errors import DataError, UsageError, nearest
from pellucid.figures.runs.predictions import Predictions, read_predictions
from pellucid.models import Model, read_model
from pellucid.records import (
    ComparisonRunRecord,
    CurveRecord,
    EpochRecord,
    LayerRecord,
    ReplayRecord,
    RunRecord,
    decode_json,
    unpack_frames,
)

__all__ = ["RECORDS", "RunFolder", "open_folder"]

RECORDS: dict[str, type[RunRecord] | type[ComparisonRunRecord]] = {
    "record.json": RunRecord,
    "comparison.json": ComparisonRunRecord,
}
T = TypeVar("T", bound=msgspec.Struct)


@dataclass(frozen=True)
class RunFolder:
    """What a run or a comparison left behind.

    Attributes:
        path: The folder.
        record: Everything that happened.
    """

    path: Path
    record: RunRecord | ComparisonRunRecord

    @property
    def run(self) -> RunRecord | None:
        """The record of a run; None for a comparison."""
        return self.record if isinstance(self.record, RunRecord) else None

    @property
    def comparison(self) -> ComparisonRunRecord | None:
        """The record of a comparison; None for a run."""
        return self.record if isinstance(self.record, ComparisonRunRecord) else None

    @cached_property
    def epochs(self) -> tuple[EpochRecord, ...]:
        """Every member's epochs; empty where the file is missing."""
        return self._lines("metrics.jsonl", EpochRecord)

    @cached_property
    def curves(self) -> tuple[CurveRecord, ...]:
        """Learning curves of compared variants; empty where the file is missing."""
        return self._lines("curves.jsonl", CurveRecord)

    @cached_property
    def layers(self) -> tuple[LayerRecord, ...]:
        """What was measured in the layers while training; empty where the file is missing."""
        return self._lines("layers.jsonl", LayerRecord)

    @cached_property
    def replay(self) -> ReplayRecord | None:
        """How predictions changed while training; None where the file is missing."""
        path = self.path / "replay.json"
        if not path.is_file():
            return None
        try:
            found = decode_json(path.read_bytes(), ReplayRecord)
            unpack_frames(found.frames, found.shape)
        except (msgspec.MsgspecError, ValueError, zlib.error) as error:
            raise _damaged(path, str(error)) from error
        return found

    @cached_property
    def predictions(self) -> Predictions | None:
        """Truth and prediction of the test rows; None where the file is missing or the task has neither."""
        path = self.path / "test_predictions.csv"
        if not path.is_file():
            return None
        try:
            return read_predictions(path.read_bytes().decode("utf-8"), self.record)
        except (ValueError, KeyError, IndexError, csv.Error) as error:
            raise _damaged(path, str(error)) from error

    @property
    def model_path(self) -> Path:
        """The saved networks."""
        return self.path / "model.safetensors"

    @cached_property
    def model(self) -> Model:
        """The saved networks.

        Raises:
            ModelFileError: If the file cannot be trusted.
            UsageError: If there is none.
        """
        if not self.model_path.is_file():
            raise UsageError(f"{self.path} holds no model.safetensors. Fit again, or choose a finished run.")
        return read_model(self.model_path)

    def _lines(self, name: str, kind: type[T]) -> tuple[T, ...]:
        path = self.path / name
        if not path.is_file():
            return ()
        try:
            return tuple(decode_json(line, kind) for line in path.read_bytes().splitlines() if line.strip())
        except msgspec.MsgspecError as error:
            raise _damaged(path, str(error)) from error


def open_folder(run: str | Path) -> RunFolder:
    """The folder of a run or a comparison.

    Args:
        run: The folder itself, its record (``record.json``, ``comparison.json``), or its name below ``runs/``.

    Raises:
        UsageError: If there is none; offers the nearest below ``runs/``.
        DataError: If its record cannot be read.
    """
    given = Path(run)
    path = given.parent if given.name in RECORDS else given
    for candidate in (path, Path("runs") / path):
        for name, kind in RECORDS.items():
            record = candidate / name
            if record.is_file():
                try:
                    return RunFolder(candidate, decode_json(record.read_bytes(), kind))
                except msgspec.MsgspecError as error:
                    raise _damaged(record, str(error)) from error
    known = sorted(each.name for each in Path("runs").iterdir() if each.is_dir()) if Path("runs").is_dir() else []
    near = nearest(path.name, known)
    hint = f" Did you mean {near!r}?" if near else ""
    if path.is_dir():
        unfinished = (
            " It was begun and never finished: go on with the same command." if (path / "work").is_dir() else ""
        )
        raise UsageError(f"{run} holds neither record.json nor comparison.json.{unfinished or hint}")
    raise UsageError(f"There is no run {str(run)!r}.{hint} Name its folder, as fit and compare print it.")


def _damaged(path: Path, reason: str) -> DataError:
    return DataError(
        f"{path} cannot be read: {reason}. It was changed, or written by another version. Fit again, or restore it."
    )
