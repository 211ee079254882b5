"""How long does exercise 5's moving picture take, and how large is it?

    python -m benchmarks.gif.run [--rounds 5]

Every round is a process of its own, so that imports count; a bare ``import torch`` beside it tells how busy the machine
was.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sklearn.datasets import load_iris

from benchmarks.timing import setting, write_log, write_results

HERE = Path(__file__).parent
IMPORT = (
    "import time; start = time.perf_counter(), time.process_time(); import torch, json;"
    "print(json.dumps({'wall': time.perf_counter() - start[0], 'processor': time.process_time() - start[1]}))"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        table, gif = Path(folder) / "iris.csv", Path(folder) / "boundary.gif"
        write_table(table)
        for _ in range(options.parse_args().rounds):
            torch = told([sys.executable, "-c", IMPORT])
            found = told([sys.executable, "-m", "benchmarks.gif.exercise", str(table), str(gif)])
            rounds.append({**found, "torch": torch, "bytes": gif.stat().st_size})
            print(line(rounds[-1]), flush=True)
    write_log(HERE, {"setting": setting(["torch", "numpy", "matplotlib", "pillow"]), "rounds": rounds})
    write_results(HERE, shown(rounds))


def write_table(path: Path) -> None:
    """Setosa and versicolor by sepal and petal length, in centimetres."""
    iris = load_iris()
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["sepal length", "petal length", "species"])
        for inputs, species in zip(iris.data[:100], iris.target[:100], strict=True):
            rows.writerow([inputs[0], inputs[2], iris.target_names[species]])


def told(command: list[str]) -> Any:
    """The JSON that a process prints last."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parents[1])
    return json.loads(done.stdout.splitlines()[-1])


def line(found: dict[str, Any]) -> str:
    """One line for people."""
    return (
        f"{found['frames']} frames, {found['bytes'] / 1000:.0f} kB: {found['all']['wall']:.1f} s"
        f" ({found['all']['processor']:.1f} s of a processor), {found['imports']['wall']:.1f} s of it imports;"
        f" import torch alone {found['torch']['wall']:.1f} s ({found['torch']['processor']:.1f} s)"
    )


def shown(rounds: list[dict[str, Any]]) -> str:
    """The table of the README: medians."""

    def median(part: str, clock: str) -> float:
        return statistics.median(found[part][clock] for found in rounds)

    lines = ["| | wall | processor |", "|---|---:|---:|"]
    for name, part in (("`import torch` alone", "torch"), ("all imports", "imports"), ("everything", "all")):
        lines.append(f"| {name} | {median(part, 'wall'):.1f} s | {median(part, 'processor'):.1f} s |")
    return "\n".join([*lines, "", f"{rounds[-1]['frames']} frames, {rounds[-1]['bytes'] / 1000:.0f} kB."])


if __name__ == "__main__":
    main()
