"""How long does one network take, beside what else people use? See README.md beside this file."""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from benchmarks.problem import Problem
from benchmarks.timing import Contestant, Timing, best, compete, setting, write_log, write_results

HERE = Path(__file__).parent
ROOM = "benchmarks.contestants"
PACKAGES = ("pellucid", "torch", "llvmlite", "scikit-learn", "jax", "jaxlib", "numpy")
OURS, FAST, RIVALS = "Pellucid", "Pellucid [fast]", ("plain PyTorch", "scikit-learn", "JAX")

# Epochs such that a run takes about a second; whole batches, which JAX's scan needs.
PROBLEMS = {
    "4-16-16-1, batch 32": Problem((4, 16, 16, 1), rows=1024, batch_size=32, epochs=40),
    "16-32-16-1, batch 32": Problem((16, 32, 16, 1), rows=1024, batch_size=32, epochs=40),
    "32-64-64-16, batch 32": Problem((32, 64, 64, 16), rows=1024, batch_size=32, epochs=40),
    "784-256-128-10, batch 64": Problem((784, 256, 128, 10), rows=4096, batch_size=64, epochs=8),
}
# Times plain PyTorch's steps per second, without and with the extra [fast].
CLAIMS = dict.fromkeys(PROBLEMS, (3.0, 10.0)) | {"784-256-128-10, batch 64": (1.0, 1.0)}


def contestants(problem: Problem) -> list[Contestant]:
    """Everyone at every setting that may be its best."""
    work = {"problem": dataclasses.asdict(problem)}
    lone = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}

    def one(group: str, name: str, maker: str, threads: int, **given: Any) -> Contestant:
        environment = given.pop("environment", {})
        return Contestant(f"{group}, {name}", f"{ROOM}.{maker}:networks", work | given, threads, environment, group)

    return [
        one("plain PyTorch", "1 thread", "plain_torch", 1),
        one("plain PyTorch", "2 threads", "plain_torch", 2),
        one(OURS, "batched, 1 thread", "ours", 1, engine="batched"),
        one(OURS, "batched, 2 threads", "ours", 2, engine="batched"),
        one(FAST, "compiled, 2 threads", "ours", 2, engine="compiled"),
        one("scikit-learn", "1 thread", "scikit_learn", 1),
        one("scikit-learn", "2 threads", "scikit_learn", 2),
        one("JAX", "jit(scan)", "jax_scan", 2),
        one("JAX", "jit(scan), gradient by hand, one thread", "jax_scan", 1, by_hand=True, environment=lone),
    ]


def line(name: str, timings: list[Timing]) -> str:
    """µs a step of everyone's best setting, and plain PyTorch's time by ours."""
    found = {group: best(timings, group) for group in (*RIVALS, OURS, FAST)}
    cells = [f"{each.microseconds:.0f}" if each else "not run" for each in found.values()]
    plain = found["plain PyTorch"]
    assert plain is not None
    ratios = [
        f"**{plain.microseconds / mine.microseconds:.1f}×**" if mine else "" for mine in (found[OURS], found[FAST])
    ]
    return f"| {name} | {' | '.join(cells)} | {' | '.join(ratios)} |"


def claims(name: str, timings: list[Timing]) -> list[dict[str, Any]]:
    """What is claimed beside what was found."""
    plain = best(timings, "plain PyTorch")
    found = []
    for who, factor in zip((OURS, FAST), CLAIMS[name], strict=True):
        own = best(timings, who)
        if own and plain:
            ratio = plain.microseconds / own.microseconds
            found.append({"network": name, "who": who, "claimed": factor, "found": round(ratio, 2)})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="counted rounds, in turns")
    parser.add_argument("--quick", action="store_true", help="two rounds of a fourth of the epochs; nothing is written")
    asked = parser.parse_args()
    log: dict[str, Any] = {"setting": setting(PACKAGES), "problems": {}, "claims": []}
    lines = [
        "| µs a step of | plain PyTorch | scikit-learn | JAX | Pellucid | Pellucid [fast] | Pellucid is | [fast] is |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, problem in PROBLEMS.items():
        if asked.quick:
            problem = dataclasses.replace(problem, epochs=problem.epochs // 4)
        timings = compete(contestants(problem), rounds=2 if asked.quick else asked.rounds)
        lines.append(line(name, timings))
        print(lines[-1], flush=True)
        log["problems"][name] = {
            "problem": dataclasses.asdict(problem),
            "contestants": [timing.record() for timing in timings],
        }
        log["claims"] += claims(name, timings)
    for claim in log["claims"]:
        print("{network}: {who} is {found}× plain PyTorch; claimed: {claimed}×".format(**claim))
    if not asked.quick:
        write_log(HERE, log)
        write_results(HERE, "\n".join(lines))


if __name__ == "__main__":
    main()
