"""How many steps a second when many networks train at once? See README.md beside this file.

Every contestant has its own process; all are timed in turns. Writes log.json and the tables in README.md.
"""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from benchmarks.problem import Problem
from benchmarks.timing import Contestant, Timing, best, compete, setting, write_log, write_results

HERE = Path(__file__).parent
ROOM = "benchmarks.contestants"
PACKAGES = ("pellucid", "torch", "llvmlite", "scikit-learn", "skorch", "lightning", "keras", "jax", "jaxlib", "numpy")
TWO_DEVICES = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
LONE_DEVICES = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2 --xla_cpu_multi_thread_eigen=false"}

# Name → problem, and how many times the steps per second of whom are claimed, without and with the extra [fast].
PROBLEMS = {
    "256 networks 16-32-16-1": Problem((16, 32, 16, 1), rows=1024, batch_size=32, epochs=20, members=256),
    "64 networks 32-64-64-16": Problem((32, 64, 64, 16), rows=1024, batch_size=32, epochs=20, members=64),
}
OURS, FAST, JAX = "Pellucid", "Pellucid [fast]", "JAX"
SPREAD, TUNED = "JAX over 2 devices", "JAX over 2 devices, tuned"
CLAIMS = {
    "256 networks 16-32-16-1": {"plain PyTorch": (40.0, 80.0), JAX: (1.0, 2.0)},
    "64 networks 32-64-64-16": {"plain PyTorch": (20.0, 20.0)},
}


def contestants(problem: Problem) -> list[Contestant]:
    """Everyone at every setting that may be its best; rivals that train one network at a time train one or two."""
    work = dataclasses.asdict(problem)
    # A whole run of these takes many seconds, and their fixed costs are small beside it.
    short = dataclasses.asdict(dataclasses.replace(problem, epochs=4))
    eager = {"KERAS_BACKEND": "torch"}

    def one(group: str, name: str, maker: str, threads: int = 1, epochs: str = "", **arguments: Any) -> Contestant:
        environment = arguments.pop("environment", {})
        given = {"problem": short if epochs == "short" else work, **arguments}
        return Contestant(f"{group}, {name}", f"{ROOM}.{maker}:networks", given, threads, environment, group)

    return [
        one(OURS, "batched, 2 threads", "ours", 2, engine="batched", plain=True),
        one(OURS, "batched, 1 thread", "ours", 1, engine="batched", plain=True),
        one(FAST, "batched, 2 threads", "ours", 2, engine="batched"),
        one(FAST, "compiled, 2 threads", "ours", 2, engine="compiled"),
        one("plain PyTorch", "1 thread", "plain_torch", 1, count=2),
        one("plain PyTorch", "2 threads", "plain_torch", 2, count=2),
        one("scikit-learn", "1 thread", "scikit_learn", 1, count=2),
        one("skorch", "batches in memory, 1 thread", "skorch_net", 1, count=1),
        one("skorch", "DataLoader, 1 thread", "skorch_net", 1, count=1, in_memory=False),
        one("Lightning", "barebones, 1 thread", "lightning_module", 1, count=1),
        one("Keras 3 on torch", "eager, 1 thread", "keras_torch", 1, "short", count=1, environment=eager),
        one("torch.func.vmap", "1 thread", "vmap_torch", 1, "short"),
        one("torch.func.vmap", "2 threads", "vmap_torch", 2, "short"),
        one("torch.func.vmap", "compiled, 2 threads", "vmap_torch", 2, "short", compiled=True),
        one(JAX, "jit(vmap(scan)), all together", "jax_scan", 2),
        one(SPREAD, "all together", "jax_scan", 2, devices=2, environment=TWO_DEVICES),
        one(TUNED, "16 at a time", "jax_scan", 2, devices=2, chunk=16, environment=TWO_DEVICES),
        one(TUNED, "16 at a time, by hand", "jax_scan", 2, devices=2, chunk=16, by_hand=True, environment=LONE_DEVICES),
        one(TUNED, "8 at a time, by hand", "jax_scan", 2, devices=2, chunk=8, by_hand=True, environment=LONE_DEVICES),
    ]


def table(timings: list[Timing]) -> str:
    """Every rival's best setting, and how many times its time per step we need."""
    groups = list(dict.fromkeys(timing.contestant.group for timing in timings))
    ours = [best(timings, group) for group in (OURS, FAST)]
    lines = [
        "| best setting | µs per model-step | spread | cores busy | first run, s | Pellucid is | [fast] is |",
        "|---|---|---|---|---|---|---|",
    ]
    for group in groups:
        found = best(timings, group)
        if found is None:
            reasons = {timing.absent for timing in timings if timing.contestant.group == group}
            lines.append(f"| {group} | not run: {'; '.join(sorted(reasons))} | | | | | |")
            continue
        times = [
            f"**{found.microseconds / mine.microseconds:.1f}×**" if mine and group not in (OURS, FAST) else ""
            for mine in ours
        ]
        waited = found.first + found.told.get("compile_seconds", 0.0)
        busy = sorted(found.cores)[len(found.cores) // 2]
        lines.append(
            f"| {found.contestant.name} | {found.microseconds:.2f} | {found.spread:.2f} | {busy:.1f} | {waited:.1f} | "
            f"{times[0]} | {times[1]} |"
        )
    return "\n".join(lines)


def claims(name: str, timings: list[Timing]) -> list[dict[str, Any]]:
    """What is claimed beside what was found."""
    found = []
    for rival, factors in CLAIMS[name].items():
        theirs = best(timings, rival)
        for mine, factor in zip((OURS, FAST), factors, strict=True):
            own = best(timings, mine)
            if theirs and own:
                ratio = theirs.microseconds / own.microseconds
                found.append(
                    {"problem": name, "who": mine, "rival": rival, "claimed": factor, "found": round(ratio, 2)}
                )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds, in turns")
    parser.add_argument("--quick", action="store_true", help="two rounds of a fifth of the epochs; nothing is written")
    parser.add_argument("--only", default="", help="comma-separated parts of contestants' names; nothing is written")
    asked = parser.parse_args()
    log: dict[str, Any] = {"setting": setting(PACKAGES), "problems": {}, "claims": []}
    shown = []
    for name, problem in PROBLEMS.items():
        if asked.quick:
            problem = dataclasses.replace(problem, epochs=4)
        wanted = [each for part in asked.only.split(",") for each in contestants(problem) if part in each.name]
        timings = compete(wanted, rounds=2 if asked.quick else asked.rounds)
        shown.append(
            f"**{name}**, batch {problem.batch_size}, {problem.rows} rows, {problem.epochs} epochs\n\n{table(timings)}"
        )
        print(f"\n{shown[-1]}\n")
        log["problems"][name] = {
            "problem": dataclasses.asdict(problem),
            "contestants": [timing.record() for timing in timings],
        }
        log["claims"] += claims(name, timings)
    for claim in log["claims"]:
        print("{problem}: {who} is {found}× {rival}; claimed: {claimed}×".format(**claim))
    if not asked.quick and not asked.only:
        write_log(HERE, log)
        write_results(HERE, "\n\n".join(shown))


if __name__ == "__main__":
    main()
