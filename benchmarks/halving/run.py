"""How long does halving 2,000 random recipes take, and how good is what it finds? See README.md beside this file.

Runs ``pellucid compare --draws 2000 --halving`` as whole processes, then halving beside exhaustive training. Writes
log.json and the tables in README.md.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.commands import DATA, pellucid, run_command, table_or_stand_in
from benchmarks.halving.quality import FIXED, VARY, quality
from benchmarks.timing import setting, write_log, write_results

HERE = Path(__file__).parent
PACKAGES = ("pellucid", "torch", "llvmlite", "numpy", "scikit-learn")
TABLES = {"penguins": "species", "titanic": "Survived", "concrete": "strength"}
TIMED = ("penguins", "titanic")
DRAWS = 2000
CLAIMED_SECONDS, CLAIMED_SHARE = 60.0, 0.02
# Recipes → seeds of the runs beside exhaustive training.
WIDE: dict[int, tuple[int, ...]] = {DRAWS: (0,), 250: (0, 1, 2)}


def sources(data: Path) -> dict[str, tuple[str, str, bool]]:
    """The tables by name; where none of them is there, one that scikit-learn has."""
    found = {name: table_or_stand_in(data / f"{name}.csv", target) for name, target in TABLES.items()}
    own = {name: each for name, each in found.items() if each[2]}
    return own or {"breast_cancer": next(iter(found.values()))}


def timed(source: str, target: str, draws: int) -> dict[str, Any]:
    """The whole command."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        vary = [part for each in VARY for part in ("--vary", each)]
        common = ["--recipe", FIXED["recipe"], "--batch-size", str(FIXED["batch_size"])]
        halved = ["--draws", str(draws), "--halving", "--out", str(out), "--json"]
        ran = run_command(pellucid("compare", source, "--target", target, *vary, *common, *halved))
        record = json.loads((out / "comparison.json").read_text())
    stages = {name: each for name, each in record["seconds"].items() if name not in ("total", "earlier")}
    return {
        "table": Path(source).name,
        "recipes": draws,
        "seconds": round(ran.seconds, 2),
        "cores": round(ran.cores, 2),
        "stages": {**stages, "start, reading, report": round(ran.seconds - sum(stages.values()), 3)},
        "rungs": record["rungs"],
        "finalists": len(record["variants"]),
        "chosen": record["chosen"],
    }


def time_table(found: list[dict[str, Any]]) -> str:
    """The times as Markdown."""
    names = list(found[0]["stages"])
    lines = [
        f"| table | recipes | whole command, s | cores busy | {' | '.join(names)} |",
        "|---|---:|---:|---:|" + "---:|" * len(names),
    ]
    for each in found:
        parts = " | ".join(f"{each['stages'][name]:.1f}" for name in names)
        lines.append(
            f"| {each['table']} | {each['recipes']:,} | **{each['seconds']:.1f}** | {each['cores']:.1f} | {parts} |"
        )
    return "\n".join(lines)


def quality_table(found: list[dict[str, Any]]) -> str:
    """The places as Markdown."""
    lines = [
        "| table | seed | recipes | best 2 % | first place of halving | of the finalists | of the one chosen"
        " | validation regret | noise of it | as good as the best | judged regret | noise of it | time of exhaustive |",
        "|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in found:
        scale, unit = (100, " %") if each["metric"] == "accuracy" else (1, "")
        lines.append(
            f"| {each['table']} | {each['seed']} | {each['recipes']:,} | {each['top']} | **{each['first']}**"
            f" | {', '.join(map(str, each['finalists']))} | {each['chosen']}"
            f" | {each['validation_regret']:.4f} | {each['validation_noise']:.4f}"
            f" | {each['as_good_as_the_best']} | {scale * each['judged_regret']:.2f}{unit}"
            f" | {scale * each['judged_error']:.2f}{unit}"
            f" | {each['seconds'] / each['exhaustive_seconds']:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--quick", action="store_true", help="200 recipes, 60 beside exhaustive training; writes nothing"
    )
    options.add_argument("--data", type=Path, default=DATA, help="where the tables are")
    asked = options.parse_args()
    own = sources(asked.data)
    found = setting(PACKAGES)
    times = [
        timed(source, target, 200 if asked.quick else DRAWS)
        for name, (source, target, measured) in own.items()
        if name in TIMED or not measured
    ]
    print(f"{time_table(times)}\n", flush=True)
    sizes = {60: (0,)} if asked.quick else WIDE
    seeds = 2 if asked.quick else 10
    places = []
    for recipes, drawn in sizes.items():
        for source, target, _ in own.values():
            for seed in drawn:
                places.append(quality(source, target, recipes=recipes, seed=seed, seeds=seeds))
                print(json.dumps(places[-1]), flush=True)
    print(f"\n{quality_table(places)}")
    if asked.quick:
        return
    claims = [
        {"table": each["table"], "claimed_seconds": CLAIMED_SECONDS, "found": each["seconds"]} for each in times
    ] + [
        {
            "table": each["table"],
            "recipes": each["recipes"],
            "seed": each["seed"],
            "claimed_share": CLAIMED_SHARE,
            "found": {name: round(each[name] / each["recipes"], 4) for name in ("first", "chosen")},
        }
        for each in places
    ]
    write_log(HERE, {"setting": found, "claims": claims, "times": times, "quality": places})
    write_results(HERE, f"{time_table(times)}\n\n{quality_table(places)}")


if __name__ == "__main__":
    main()
