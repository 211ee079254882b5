"""The case book: faulty programs, each with a twin in which only the fault is mended."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CASES", "Case", "case_book"]

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
        half: ``tuned`` if rules were made and thresholds chosen with a look at it; ``kept`` if it was written by
            somebody who did not know the rules' inside, and was run to report it only.
        seeds: Values of both over seeds, as ``validate`` found them.
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
    half: str
    seeds: Mapping[str, Any]
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
            told.get("half", "tuned"),
            told.get("seeds", {}),
            (path / "fault.py").read_text(encoding="utf-8"),
            (path / "twin.py").read_text(encoding="utf-8"),
        )
