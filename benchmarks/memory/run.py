"""Does a comparison stay within the memory that it announced?

    python -m benchmarks.memory.run [--quick]

Each case is a comparison in a process of its own, which tells what was announced and the most that it held.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pellucid as pl
from benchmarks.timing import setting, write_log, write_results

HERE = Path(__file__).parent
HOUSING = {"table": "housing", "target": "median_house_value"}
RATES = [round(1e-4 * (1 + number), 6) for number in range(20)]
QUICK: dict[str, dict[str, Any]] = {
    "plain": {**HOUSING, "vary": {"lr": RATES}, "seeds": 10, "folds": 5, "epochs": 1, "recipe": "plain"},
    "wide": {
        **HOUSING,
        "vary": {"lr": RATES[:5]},
        "seeds": 2,
        "folds": 5,
        "epochs": 1,
        "recipe": "plain",
        "hidden": (512, 512),
        "batch_size": 1024,
    },
    "titanic": {"table": "titanic", "target": "Survived", "vary": {"lr": RATES}, "seeds": 10, "folds": 5, "epochs": 2},
    "halving": {
        "table": "titanic",
        "target": "Survived",
        "vary": ["width=8:32", "depth=1,2", "activation=relu,tanh,gelu,silu", "lr=1e-4:1e-1:log", "l2=1e-6:1e-1:log"],
        "draws": 2000,
        "halving": True,
        "epochs": 27,
        "recipe": "plain",
        "batch_size": 32,
    },
    "workers": {
        "table": "titanic",
        "target": "Survived",
        "vary": {"lr": RATES},
        "seeds": 5,
        "folds": 5,
        "epochs": 2,
        "recipe": "plain",
        "workers": 2,
    },
}
CASES = {"tabular": {**HOUSING, "vary": {"lr": RATES}, "seeds": 10, "folds": 5, "epochs": 1}, **QUICK}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="leave out the 1,000 networks of the recipe tabular")
    options.add_argument("--case", choices=CASES, help="that one alone; tells it as JSON")
    options.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data", help="where the tables are")
    asked = options.parse_args()
    if asked.case:
        print(json.dumps(measured(asked.case, asked.data)))
        return
    found = []
    for name in QUICK if asked.quick else CASES:
        command = [sys.executable, "-m", "benchmarks.memory.run", "--case", name, "--data", str(asked.data)]
        told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parents[1])
        found.append(json.loads(told.stdout.splitlines()[-1]))
        print(line(found[-1]), flush=True)
    log = {
        "setting": setting(["torch", "numpy", "scikit-learn", "llvmlite"]),
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "cases": found,
    }
    write_log(HERE, log)
    write_results(HERE, shown(found))


def measured(name: str, data: Path) -> dict[str, Any]:
    """Run a case here; bytes announced and reached."""
    asked = dict(CASES[name])
    table, watcher, started = asked.pop("table"), Announced(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = pl.compare(data / f"{table}.csv", out=Path(folder) / "run", watcher=watcher, **asked)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return {
        "case": name,
        "variants": watcher.plan.variants,
        "networks": found.record.networks,
        "began": watcher.before,
        "announced": watcher.plan.memory,
        "reached": max(own, watcher.before + sum(watcher.workers.values())),
        "seconds": round(time.perf_counter() - started, 1),
    }


def line(case: dict[str, Any]) -> str:
    """One line for people."""
    ratio = case["reached"] / case["announced"]
    return (
        f"{case['case']:8} {case['networks']:5} networks of {case['variants']:4} variants: announced"
        f" {case['announced'] / 1e6:5.0f} MB, reached {case['reached'] / 1e6:5.0f} MB, {ratio - 1:+.0%}"
        f" (began with {case['began'] / 1e6:.0f} MB, {case['seconds']:.0f} s)"
    )


def shown(cases: list[dict[str, Any]]) -> str:
    """The table of the README."""
    rows = ["| case | networks | announced | reached | beyond | seconds |", "|---|---:|---:|---:|---:|---:|"]
    for case in cases:
        announced, reached = case["announced"], case["reached"]
        rows.append(
            f"| {case['case']} | {case['networks']:,} | {announced / 1e6:.0f} MB | {reached / 1e6:.0f} MB"
            f" | {reached / announced - 1:+.0%} | {case['seconds']:.0f} |"
        )
    return "\n".join(rows)


class Announced:
    """Hears what is announced."""

    def __init__(self) -> None:
        self.plan: Any = None
        self.before = 0
        self.workers: dict[str, int] = {}

    def data_ready(self, summary: Any) -> None:
        """Ignored."""

    def plan_ready(self, plan: Any) -> None:
        """What is predicted, and what the process has taken before it trains."""
        self.plan, self.before = plan, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10

    def networks_done(self, done: float, networks: int) -> None:
        """Look at what workers have held at most."""
        # What is told of children that have ended counts the memory of the process that they came from, too.
        for task in Path("/proc/self/task").iterdir():
            for child in (task / "children").read_text().split():
                with contextlib.suppress(OSError, StopIteration):
                    lines = Path(f"/proc/{child}/status").read_text().splitlines()
                    most = next(each for each in lines if each.startswith("VmHWM"))
                    self.workers[child] = int(most.split()[1]) << 10

    def training_ended(self, note: str, seconds: float) -> None:
        """Ignored."""

    def stage_started(self, title: str) -> None:
        """Ignored."""


if __name__ == "__main__":
    main()
