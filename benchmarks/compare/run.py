"""How long does a comparison of six activations take, everything included? See README.md beside this file.

Runs ``pellucid compare`` and the rival as whole processes, in turns. Writes log.json and the table in README.md.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.commands import DATA, Ran, pellucid, run_command, table_or_stand_in
from benchmarks.compare.rows import write_rows
from benchmarks.timing import setting, write_log, write_results

HERE = Path(__file__).parent
PACKAGES = ("pellucid", "torch", "llvmlite", "numpy", "scikit-learn", "joblib")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "gelu", "silu", "mish")
# scikit-learn has three of the six, by these names.
THEIRS = ("relu", "tanh", "logistic")
PROCESSES = 2
CLAIMED = 60.0
# Phases of ``comparison.json``, and what they are for people.
STAGES = {
    "preparing": "encoding, folds, plan",
    "training": "training and scoring the networks",
    "retraining": "the winner and the ensembles trained on all rows",
    "judging": "rivals trained and judged on the untouched rows",
    "writing": "statistics, records",
}


def ours(source: str, target: str, seeds: int, folds: int) -> tuple[Ran, dict[str, Any]]:
    """One comparison and its record."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        vary = f"activation={','.join(ACTIVATIONS)}"
        numbers = ("--seeds", str(seeds), "--folds", str(folds))
        ran = run_command(
            pellucid("compare", source, "--target", target, "--vary", vary, *numbers, "--out", str(out), "--json")
        )
        return ran, json.loads((out / "comparison.json").read_text())


def theirs(rows: Path, shape: dict[str, Any]) -> tuple[Ran, dict[str, Any]]:
    """The rival's three activations."""
    given = [str(rows), json.dumps(shape), ",".join(THEIRS), str(PROCESSES)]
    # Two processes of one thread each; more threads inside of them would make them wait for each other.
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    ran = run_command([sys.executable, "-m", "benchmarks.compare.scikit_learn", *given], environment=alone)
    return ran, json.loads(ran.said)


def stages(ran: Ran, record: dict[str, Any]) -> dict[str, float]:
    """Seconds of every part of our run; what the record's clock does not see is the rest."""
    found = {told: record["seconds"].get(name, 0.0) for name, told in STAGES.items()}
    return {**found, "start of Python, reading the table, the report": round(ran.seconds - sum(found.values()), 3)}


def table(log: dict[str, Any]) -> str:
    """The results as Markdown."""
    mine, rival = log["ours"], log["rival"]
    found = log["claim"]
    lines = [
        f"{found['networks']} networks on {log['rows']} rows: **{found['found']:.1f} s**, everything included"
        + ("." if found["measured"] else " (on a stand-in, or with fewer seeds: this is not what is claimed)."),
        "",
        "| part | seconds |",
        "|---|---:|",
        *(f"| {name} | {seconds:.1f} |" for name, seconds in mine["stages"].items()),
        "",
        "| | fits | seconds | of six activations | accuracy of relu |",
        "|---|---:|---:|---:|---:|",
        f"| `pellucid compare` | {found['networks']} | {found['found']:.1f} | {found['found']:.1f}"
        f" | {mine['accuracy']['relu']:.4f} |",
        f"| scikit-learn, {PROCESSES} processes | {rival['fits']} | {rival['seconds']:.1f}"
        f" | {rival['of_six']:.1f} | {rival['activations']['relu']['accuracy']:.4f} |",
        "",
        f"scikit-learn takes **{rival['ratio']:.2f}** times as long as the whole comparison, and"
        f" {rival['ratio_training']:.2f} times as long as its training and scoring alone. Its early stopping ended"
        f" fits after {rival['activations']['relu']['epochs']:.0f} epochs (relu) of at most {log['shape']['epochs']};"
        f" our networks train {mine['epochs']:.0f}.",
    ]
    return "\n".join(lines)


def median(runs: list[tuple[Ran, dict[str, Any]]]) -> tuple[Ran, dict[str, Any]]:
    """The run in the middle."""
    return sorted(runs, key=lambda each: each[0].seconds)[len(runs) // 2]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--table", type=Path, default=DATA / "titanic.csv", help="the table with 891 rows")
    options.add_argument("--target", default="Survived")
    options.add_argument("--rounds", type=int, default=3, help="runs of each, in turns; the middle one counts")
    options.add_argument("--quick", action="store_true", help="once, with 2 seeds; nothing is written")
    asked = options.parse_args()
    source, target, measured = table_or_stand_in(asked.table, asked.target)
    seeds, folds, rounds = (2, 5, 1) if asked.quick else (10, 5, asked.rounds)
    found = setting(PACKAGES)
    mine, rival = [], []
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.npz"
        shape = write_rows(rows, source, target, seeds=seeds, folds=folds)
        for number in range(rounds):
            for side in (0, 1) if number % 2 == 0 else (1, 0):
                if side:
                    rival.append(theirs(rows, shape))
                else:
                    mine.append(ours(source, target, seeds, folds))
    (ran, record), (their_ran, activations) = median(mine), median(rival)
    parts = stages(ran, record)
    # What starting takes is counted once, the fits twice: three of six activations were trained.
    fitting = sum(each["seconds"] for each in activations.values())
    of_six = their_ran.seconds + fitting * (len(ACTIVATIONS) / len(THEIRS) - 1)
    log = {
        "setting": found,
        "table": Path(source).name,
        "rows": record["source"]["rows"],
        "shape": shape,
        "claim": {
            "claimed": CLAIMED,
            "found": round(ran.seconds, 2),
            "measured": measured and not asked.quick,
            "networks": record["networks"],
        },
        "ours": {
            "seconds": [round(each.seconds, 2) for each, _ in mine],
            "cores": [round(each.cores, 2) for each, _ in mine],
            "stages": parts,
            "chosen": record["chosen"],
            "accuracy": {each["name"]: each["mean"] for each in record["variants"]},
            "epochs": statistics.mean(each["epochs"] for each in record["variants"]),
        },
        "rival": {
            "seconds_of_three": [round(each.seconds, 2) for each, _ in rival],
            "cores": [round(each.cores, 2) for each, _ in rival],
            "activations": activations,
            "fits": sum(each["fits"] for each in activations.values()),
            "seconds": round(their_ran.seconds, 2),
            "of_six": round(of_six, 2),
            "ratio": round(of_six / ran.seconds, 3),
            "ratio_training": round(of_six / parts[STAGES["training"]], 3),
        },
    }
    print(table(log))
    if not asked.quick:
        write_log(HERE, log)
        write_results(HERE, table(log))


if __name__ == "__main__":
    main()
