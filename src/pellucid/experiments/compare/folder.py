"""The comparison's folder: begun once, continued after an interruption, and left alone when it is finished."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from pellucid.errors import ModelFileError, UsageError
from pellucid.experiments.compare.ledger import Ledger
from pellucid.experiments.compare.question import Question, require_same
from pellucid.experiments.compare.rows import LearningRows, write_rows
from pellucid.experiments.folder import new_folder
from pellucid.records import ComparisonRunRecord, decode_json, encode_json, sha256_of, write_whole

__all__ = ["RECORD", "Folder", "write_comparison"]

RECORD = "comparison.json"
T = TypeVar("T")


class Begun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is settled when a comparison begins, and stays so when it is continued.

    Attributes:
        created: UTC time, ISO 8601.
        question: What is asked.
    """

    created: str
    question: Question


@dataclass(frozen=True)
class Folder:
    """Where a comparison is kept.

    Attributes:
        path: The folder; what people look at.
        created: When it was begun, UTC, ISO 8601.
        finished: The record, if there is nothing left to do.
    """

    path: Path
    created: str
    finished: ComparisonRunRecord | None

    @property
    def work(self) -> Path:
        """What workers read and write."""
        return self.path / "work"

    @property
    def ledger(self) -> Ledger:
        """The units."""
        return Ledger(self.work)

    @classmethod
    def of(cls, name: str, out: str | None, question: Question, *, created: str, key: str) -> "Folder":
        """The folder for a question: a new one, or the one that was begun with it.

        Args:
            name: Of the table.
            out: Folder that was asked for.
            question: What is asked.
            created: UTC time, ISO 8601.
            key: Whatever tells this comparison from others; decides a new folder's name.

        Raises:
            UsageError: If the folder holds something else.
            ModelFileError: If what was begun there cannot be read.
        """
        path = new_folder(name, out, key=key)
        begun = path / "work" / "begun.json"
        if not begun.exists():
            if (path / RECORD).exists():
                raise UsageError(f"{path} holds a comparison that cannot be continued. Choose another --out.")
            return cls(path, created, None)
        before = _read(begun, Begun)
        require_same(before.question, question, str(path))
        finished = None
        if (path / RECORD).exists():
            record = _read(path / RECORD, ComparisonRunRecord)
            finished = record if record.ended == "finished" else None
        return cls(path, before.created, finished)

    def begin(self, question: Question, rows: LearningRows) -> None:
        """Write what workers read, if it is not there; and forget what time cut short.

        Raises:
            SurroundingsError: If the folder cannot be written.
        """
        if not (self.work / "rows.json").exists():
            write_rows(self.work, rows)
        if not (self.work / "question.json").exists():
            write_whole(self.work / "question.json", encode_json(question))
        if not (self.work / "begun.json").exists():
            write_whole(self.work / "begun.json", encode_json(Begun(created=self.created, question=question)))
        self.ledger.drop_loose()

    def tidy(self) -> None:
        """Remove what a finished comparison needs no more: the rows of the user's table, and the units."""
        for name in ("units", "loose", "halving"):
            shutil.rmtree(self.work / name, ignore_errors=True)
        for name in ("rows.npz", "rows.json", "question.json"):
            (self.work / name).unlink(missing_ok=True)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return decode_json(path.read_bytes(), kind)
    except msgspec.DecodeError as error:  # what is JSON of another form is one too
        told = f"it is damaged, or from another version ({error}). Choose another --out."
        raise ModelFileError(str(path), told) from error


def write_comparison(folder: Path, record: ComparisonRunRecord, files: tuple[str, ...]) -> ComparisonRunRecord:
    """Write ``comparison.json``, last of all, with digests of the files that it speaks of; return the final record."""
    digests = {name: sha256_of((folder / name).read_bytes()) for name in files}
    final = msgspec.structs.replace(record, artifacts=digests)
    write_whole(folder / RECORD, encode_json(final, indent=2))
    return final
