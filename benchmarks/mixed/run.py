"""What does it cost that networks in one list differ? See README.md beside this file."""

import argparse
import statistics
from pathlib import Path
from typing import Any

from benchmarks.mixed.recipes import KINDS
from benchmarks.timing import Contestant, Timing, compete, setting, write_log, write_results

HERE = Path(__file__).parent
MAKER = "benchmarks.mixed.recipes:stack"
PACKAGES = ("pellucid", "torch", "llvmlite", "numpy")
CLAIMED = 1.5


def contestants(engine: str, epochs: int) -> list[Contestant]:
    """The mixed list, and a homogeneous one of every activation and optimizer."""
    common = {"engine": engine, "epochs": epochs}
    found = [Contestant("mixed", MAKER, common, 2, group="mixed")]
    for activation, optimizer in KINDS:
        name = f"all {activation}, {optimizer}"
        kind = {"activation": activation, "optimizer": optimizer, **common}
        found.append(Contestant(name, MAKER, kind, 2, group="homogeneous"))
    return found


def table(timings: list[Timing]) -> tuple[str, dict[str, Any]]:
    """The results as Markdown, and the claim beside what was found."""
    mixed, *others = timings
    even = statistics.mean(each.microseconds for each in others)
    ratio = mixed.microseconds / even
    dearest, cheapest = (choose(others, key=lambda each: each.microseconds) for choose in (max, min))
    lines = [
        "| list of 864 recipes | µs per model-step | mixed / this |",
        "|---|---|---|",
        f"| mixed | {mixed.microseconds:.2f} | |",
        f"| homogeneous, mean of {len(others)} kinds | {even:.2f} | **{ratio:.2f}** |",
    ]
    for who, each in (("cheapest", cheapest), ("dearest", dearest)):
        factor = mixed.microseconds / each.microseconds
        lines.append(f"| homogeneous, {who}: {each.contestant.name} | {each.microseconds:.2f} | {factor:.2f} |")
    return "\n".join(lines), {"claimed": CLAIMED, "found": round(ratio, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds, in turns")
    parser.add_argument("--engine", default="auto", help="as pl.train's; anything but auto writes nothing")
    parser.add_argument("--quick", action="store_true", help="two rounds of two epochs; nothing is written")
    asked = parser.parse_args()
    found = setting(PACKAGES)
    timings = compete(contestants(asked.engine, 2 if asked.quick else 8), rounds=2 if asked.quick else asked.rounds)
    absent = [f"{each.contestant.name}: {each.absent}" for each in timings if each.absent]
    if absent:
        parser.exit(1, "\n".join(absent) + "\n")
    shown, claim = table(timings)
    print(shown)
    if not asked.quick and asked.engine == "auto":
        write_log(HERE, {"setting": found, "claim": claim, "contestants": [timing.record() for timing in timings]})
        write_results(HERE, shown)


if __name__ == "__main__":
    main()
