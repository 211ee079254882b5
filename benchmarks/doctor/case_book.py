"""The case book: faulty programs, each with a twin in which only the fault is mended."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Case", "case_book", "half_of"]

CASES = Path(__file__).parents[2] / "tests" / "cases"


@dataclass(frozen=True)
class Case:
    """A faulty program and its twin.

    Attributes:
        name: Of its folder.
        code: Rule that its fault belongs to.
        also: Codes of effects and second causes that may be told as well.
        metric: Name of the number that both print in the end.
        better: ``higher`` or ``lower``.
        gain: By how much the twin is better in the mean over seeds; 0 where the harm is not in that number.
        door: Through which it is found: ``run``, ``check`` or ``watch``.
        origin: Where it comes from.
        fault: The faulty program.
        twin: The mended program.
    """

    name: str
    code: str
    also: tuple[str, ...]
    metric: str
    better: str
    gain: float
    door: str
    origin: str
    fault: str
    twin: str


def case_book(folder: Path = CASES) -> Iterator[Case]:
    """Every case, by name."""
    for path in sorted(folder.iterdir()):
        if not (path / "case.json").exists():
            continue
        told = json.loads((path / "case.json").read_text(encoding="utf-8"))
        yield Case(
            path.name,
            told["code"],
            tuple(told.get("also", ())),
            told["metric"],
            told["better"],
            float(told.get("gain", 0)),
            told.get("door", "run"),
            told.get("origin", ""),
            (path / "fault.py").read_text(encoding="utf-8"),
            (path / "twin.py").read_text(encoding="utf-8"),
        )


def half_of(name: str) -> str:
    """Which half a case belongs to: thresholds were tuned on ``tuned``, ``kept`` was looked at only to report it."""
    return "tuned" if sum(name.encode()) % 2 == 0 else "kept"
