"""How long does a regularisation path take? See README.md beside this file.

Every setting of ours is timed beside every setting of scikit-learn's; a setting of theirs is compared with the fastest
of ours that reaches its penalised training loss at every strength. Writes log.json and the table in README.md.
"""

import argparse
import statistics
from pathlib import Path
from typing import Any

from benchmarks.timing import Contestant, Timing, best, compete, setting, write_log, write_results

HERE = Path(__file__).parent
ROOM = "benchmarks.path"
PACKAGES = ("pellucid", "torch", "llvmlite", "scikit-learn", "scipy", "numpy", "joblib")
CLAIMED = 30.0
# Rounding of float32 may cost us this much of the loss.
ROUNDING = 1e-4

THEIRS: dict[str, dict[str, Any]] = {
    "defaults: Adam, rate 0.001, 200 epochs": {},
    "Adam, rate 0.03, 200 epochs": {"learning_rate_init": 0.03},
    "Adam, rate 0.1, until it stops": {"learning_rate_init": 0.1, "max_iter": 1000},
    "L-BFGS": {"solver": "lbfgs", "max_iter": 1000},
}
_ADAM = {"optimizer": "adam", "schedule": "cosine"}
OURS: dict[str, dict[str, Any]] = {
    "Adam, rate 0.1, 20 epochs": {**_ADAM, "lr": 0.1, "epochs": 20},
    "Adam, rate 0.1, 100 epochs": {**_ADAM, "lr": 0.1, "epochs": 100},
    "Adam, rate 0.05, 200 epochs": {**_ADAM, "lr": 0.05, "epochs": 200},
    "L-BFGS, 3 iterations": {"optimizer": "lbfgs", "epochs": 3},
    "L-BFGS, 5 iterations": {"optimizer": "lbfgs", "epochs": 5},
    "L-BFGS, 10 iterations": {"optimizer": "lbfgs", "epochs": 10},
    "L-BFGS, 15 iterations": {"optimizer": "lbfgs", "epochs": 15},
    "L-BFGS, 20 iterations": {"optimizer": "lbfgs", "epochs": 20},
    "L-BFGS, 40 iterations": {"optimizer": "lbfgs", "epochs": 40},
}
SEARCH_THEIRS, SEARCH_OURS = "GridSearchCV", "folds as members"


def contestants() -> list[Contestant]:
    """Paths and searches, ours and theirs."""
    found = [
        Contestant(name, f"{ROOM}.scikit_learn:path", settings, group="scikit-learn")
        for name, settings in THEIRS.items()
    ]
    found += [Contestant(name, f"{ROOM}.ours:path", settings, group="Pellucid") for name, settings in OURS.items()]
    for jobs in (1, 2):
        settings = {"solver": "lbfgs", "max_iter": 1000, "jobs": jobs}
        name = f"GridSearchCV, L-BFGS, {jobs} process{'es' if jobs > 1 else ''}"
        found.append(Contestant(name, f"{ROOM}.scikit_learn:search", settings, group=SEARCH_THEIRS))
    found.append(
        Contestant(
            "GridSearchCV, defaults, 2 processes", f"{ROOM}.scikit_learn:search", {"jobs": 2}, group="slow search"
        )
    )
    for name in ("L-BFGS, 20 iterations", "Adam, rate 0.1, 100 epochs"):
        found.append(Contestant(f"one stack, {name}", f"{ROOM}.ours:search", OURS[name], 2, group=SEARCH_OURS))
    return found


def as_good(mine: Timing, theirs: Timing) -> bool:
    """Whether no strength's penalised loss is worse."""
    pairs = zip(mine.told["penalised_loss"], theirs.told["penalised_loss"], strict=True)
    return all(own <= other + ROUNDING for own, other in pairs)


def against(theirs: Timing, timings: list[Timing]) -> Timing | None:
    """The fastest of ours that is as good."""
    ours = [each for each in timings if each.contestant.group == "Pellucid" and each.seconds]
    return min((each for each in ours if as_good(each, theirs)), key=lambda each: each.median, default=None)


def tables(timings: list[Timing]) -> tuple[str, list[dict[str, Any]]]:
    """The results as Markdown, and each claim beside what was found."""
    lines = [
        "| 20 fits by scikit-learn | ms | mean loss | the path by one `pl.train` | ms | mean loss | ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    claims = []
    for theirs in timings:
        if theirs.contestant.group != "scikit-learn" or not theirs.seconds:
            continue
        own = against(theirs, timings)
        shown = f"| {theirs.contestant.name} | {1e3 * theirs.median:.1f} | {_mean(theirs):.4f} "
        if own is None:
            lines.append(shown + "| none of ours was as good | | | |")
            continue
        ratio = theirs.median / own.median
        lines.append(f"{shown}| {own.contestant.name} | {1e3 * own.median:.1f} | {_mean(own):.4f} | **{ratio:.1f}×** |")
        claims.append(
            {
                "rival": theirs.contestant.name,
                "by": own.contestant.name,
                "claimed": CLAIMED,
                "found": round(ratio, 2),
            }
        )
    theirs, own = best(timings, SEARCH_THEIRS), best(timings, SEARCH_OURS)
    slow = best(timings, "slow search")
    lines += ["", "| 20 strengths × 5 folds, and the winner fitted | ms | best mean accuracy |", "|---|---|---|"]
    for each in (slow, theirs, own):
        if each is not None:
            top = max(each.told["accuracy"])
            lines.append(f"| {each.contestant.name} | {1e3 * each.median:.1f} | {top:.3f} |")
    if theirs and own:
        ratio = theirs.median / own.median
        claims.append({"rival": theirs.contestant.name, "by": own.contestant.name, "found": round(ratio, 2)})
    return "\n".join(lines), claims


def _mean(timing: Timing) -> float:
    return statistics.mean(timing.told["penalised_loss"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="counted rounds, in turns")
    parser.add_argument("--quick", action="store_true", help="two rounds; nothing is written")
    asked = parser.parse_args()
    found = setting(PACKAGES)
    timings = compete(contestants(), rounds=2 if asked.quick else asked.rounds)
    shown, claims = tables(timings)
    print(shown)
    if not asked.quick:
        write_log(HERE, {"setting": found, "claims": claims, "contestants": [timing.record() for timing in timings]})
        write_results(HERE, shown)


if __name__ == "__main__":
    main()
