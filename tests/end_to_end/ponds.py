"""A small made-up table: where fish bite; and what a run on it left behind."""

import csv
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.records import RunRecord, decode_json

QUICK = ["--members", "2", "--epochs", "4", "--network", "16"]


def write_rows(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def pond_rows(rows: int = 160, seed: int = 0) -> list[list[object]]:
    """Header and rows: fish bite where the water is warm; ``depth`` is sometimes missing, ``bait`` has three kinds."""
    chance = random.Random(seed)
    table: list[list[object]] = [["depth", "warmth", "bait", "bites"]]
    for _ in range(rows):
        warmth = round(chance.uniform(4, 24), 2)
        depth = round(chance.uniform(1, 9), 2) if chance.random() > 0.1 else ""
        bites = "yes" if warmth + chance.gauss(0, 3) > 14 else "no"
        table.append([depth, warmth, chance.choice(["worm", "fly", "bread"]), bites])
    return table


@dataclass(frozen=True)
class Finished:
    """A run of the command line.

    Attributes:
        folder: The run's folder.
        document: What ``--json`` printed.
    """

    folder: Path
    document: dict[str, Any]

    @property
    def record(self) -> RunRecord:
        return decode_json((self.folder / "record.json").read_bytes(), RunRecord)
