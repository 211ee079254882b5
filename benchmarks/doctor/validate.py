"""Do fault and twin of every case really differ? Runs both over seeds, unwatched, and keeps the values in case.json."""

import argparse
import json
import statistics
from collections.abc import Sequence

from benchmarks.doctor.case_book import CASES, Case, case_book
from benchmarks.doctor.watched import Task, run_all

# Of ten seeds: the twin has to be better on so many, which by tossing coins happens in one case of a hundred.
BETTER_OF_TEN = 9


def validate(cases: Sequence[Case], seeds: int, workers: int) -> None:
    """Runs the programs of some cases and keeps what they printed."""
    for case in cases:
        tasks = [
            Task(f"{case.name} {seed}", text, seed, watched=False)
            for text in (case.fault, case.twin)
            for seed in range(seeds)
        ]
        values = [each.quality for each in run_all(tasks, workers)]
        path = CASES / case.name / "case.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        told["seeds"] = {"count": seeds, "fault": values[:seeds], "twin": values[seeds:]}
        path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(sentence(case, values[:seeds], values[seeds:]), flush=True)


def sentence(case: Case, fault: Sequence[float | None], twin: Sequence[float | None]) -> str:
    """What the seeds have shown, for people."""
    sign = 1.0 if case.better == "higher" else -1.0
    pairs = [(f, t) for f, t in zip(fault, twin, strict=True) if f is not None and t is not None]
    if not pairs:
        return f"{case.name}: no pair of values"
    gains = [sign * (t - f) for f, t in pairs]
    won = sum(gain > 0 for gain in gains)
    verdict = "" if case.gain == 0 or (won >= BETTER_OF_TEN and statistics.mean(gains) >= case.gain) else "  <-- not so"
    return (
        f"{case.name}: {case.metric} {statistics.mean(f for f, _ in pairs):.4g} → "
        f"{statistics.mean(t for _, t in pairs):.4g}, better on {won} of {len(pairs)}, mean gain "
        f"{statistics.mean(gains):.4g} (said: {case.gain:g}){verdict}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="beginning of the names of cases")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=1, help="programs at a time")
    parser.add_argument("--again", action="store_true", help="also those that have their values")
    asked = parser.parse_args()
    validate(
        [each for each in case_book() if each.name.startswith(asked.only) and (asked.again or not each.seeds)],
        asked.seeds,
        asked.workers,
    )


if __name__ == "__main__":
    main()
