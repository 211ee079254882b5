"""How many mistakes does the doctor find, and how often does it cry wolf? See README.md beside this file."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.doctor.case_book import Case, case_book
from benchmarks.doctor.watched import Outcome, Task, run_all
from benchmarks.timing import setting, write_log, write_results

HERE = Path(__file__).parent
HEALTHY = HERE.parents[1] / "tests" / "healthy"
PACKAGES = ("pellucid", "torch", "scikit-learn", "numpy")
GOALS = {"found": 0.95, "first": 0.85, "mended": 0.9, "healthy_error": 0.01, "healthy_warning": 0.05}
# Share of the twin's gain that a mended program has to reach.
RECOVERED = 0.9


def faulty(cases: Sequence[Case], workers: int) -> list[dict[str, Any]]:
    """Every case: what was found in the fault, in the twin, and what the offered fix does."""
    faults = run_all([Task(case.name, case.fault) for case in cases], workers, _tell("faulty programs", len(cases)))
    twins = run_all([Task(case.name, case.twin) for case in cases], workers, _tell("their twins", len(cases)))
    mended = [(case, _mended(case, outcome)) for case, outcome in zip(cases, faults, strict=True)]
    tasks = [Task(case.name, text) for case, text in mended if text is not None]
    after = {each.name: each for each in run_all(tasks, workers, _tell("mended programs", len(tasks)))}
    return [
        _score(case, fault, twin, after.get(case.name)) for case, fault, twin in zip(cases, faults, twins, strict=True)
    ]


def _mended(case: Case, outcome: Outcome) -> str | None:
    """The faulty program with the first offered fix of its code made; None where none was offered."""
    from pellucid.doctor.source import apply_edits
    from pellucid.records import Edit

    edits = next((each["edits"] for each in outcome.findings if each["code"] == case.code and each["edits"]), None)
    return None if edits is None else apply_edits(case.fault, [Edit(*edit) for edit in edits])


def _score(case: Case, fault: Outcome, twin: Outcome, after: Outcome | None) -> dict[str, Any]:
    told = fault.codes("error", "warning") or fault.codes()
    return {
        "case": case.name,
        "code": case.code,
        "half": case.half,
        "found": case.code in fault.all_codes(),
        "first": bool(told) and told[0] == case.code,
        "told": fault.codes(),
        "twin_told": twin.codes("error", "warning"),
        "fault": fault.quality,
        "twin": twin.quality,
        "mended": None if after is None else after.quality,
        "recovers": None if after is None else _recovers(case, fault, twin, after),
        "error": fault.error,
    }


def _recovers(case: Case, fault: Outcome, twin: Outcome, after: Outcome) -> bool:
    """Whether the mended program has the twin's quality, and is no longer told of its fault."""
    if case.code in after.all_codes():
        return False
    if case.gain == 0 or fault.quality is None or twin.quality is None:
        return not after.error
    if after.quality is None:
        return False
    sign = 1.0 if case.better == "higher" else -1.0
    gained, possible = sign * (after.quality - fault.quality), sign * (twin.quality - fault.quality)
    return possible <= 0 or gained >= RECOVERED * possible


def healthy(count: int, workers: int) -> list[dict[str, Any]]:
    """Every healthy program: what was said about it."""
    sys.path.insert(0, str(HEALTHY))
    from programs import healthy_programs

    tasks = [Task(program.name, program.text) for program in healthy_programs(count)]
    outcomes = run_all(tasks, workers, _tell("healthy programs", len(tasks)))
    return [
        {
            "program": each.name,
            "quality": each.quality,
            "errors": each.codes("error"),
            "warnings": each.codes("warning"),
            "notes": each.codes("info"),
            "error": each.error,
            "blind": each.blind,
        }
        for each in outcomes
    ]


def _tell(what: str, count: int) -> Any:
    def tell(done: int) -> None:
        if done == count or done % 20 == 0:
            print(f"{what}: {done} of {count}", file=sys.stderr)

    return tell


def shares(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Found, first and mended of some cases."""
    offered = [row for row in rows if row["recovers"] is not None]
    return {
        "cases": len(rows),
        "found": sum(row["found"] for row in rows) / max(1, len(rows)),
        "first": sum(row["first"] for row in rows) / max(1, len(rows)),
        "silent_twins": sum(not row["twin_told"] for row in rows) / max(1, len(rows)),
        "offered": len(offered),
        "mended": sum(row["recovers"] for row in offered) / max(1, len(offered)),
    }


def table(rows: Sequence[dict[str, Any]], runs: Sequence[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """The figures as Markdown, and as data."""
    parts = {"all": rows, **{half: [row for row in rows if row["half"] == half] for half in ("tuned", "kept")}}
    found = {name: shares(part) for name, part in parts.items()}
    lines = [
        "| faulty programs | cases | found | true cause first | twins in silence | fixes offered | of them mend |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, share in found.items():
        lines.append(
            f"| {name} | {share['cases']} | {share['found']:.1%} | {share['first']:.1%} | "
            f"{share['silent_twins']:.1%} | "
            f"{share['offered']} | {share['mended']:.1%} |"
        )
    wolves = {
        "runs": len(runs),
        "error": sum(bool(run["errors"]) for run in runs) / max(1, len(runs)),
        "warning": sum(bool(run["warnings"]) for run in runs) / max(1, len(runs)),
    }
    lines += [
        "",
        "| healthy programs | with an error | with a warning |",
        "|---|---|---|",
        f"| {wolves['runs']} | {wolves['error']:.1%} | {wolves['warning']:.1%} |",
    ]
    return "\n".join(lines), {"faulty": found, "healthy": wolves}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--healthy", type=int, default=320, help="healthy programs")
    parser.add_argument("--only", default="", help="beginning of the names of cases; nothing is written")
    parser.add_argument("--workers", type=int, default=2, help="programs at a time")
    asked = parser.parse_args()
    cases = [case for case in case_book() if case.name.startswith(asked.only) and case.door != "check"]
    rows = faulty(cases, asked.workers)
    runs = healthy(0 if asked.only else asked.healthy, asked.workers)
    shown, figures = table(rows, runs)
    print(shown)
    for row in rows:
        if not (row["found"] and row["first"]) or row["twin_told"] or row["recovers"] is False:
            print(
                json.dumps({key: row[key] for key in ("case", "told", "twin_told", "fault", "twin", "mended", "error")})
            )
    for run in runs:
        if run["errors"] or run["warnings"] or run["error"]:
            print(json.dumps(run))
    if not asked.only:
        log = {"setting": setting(PACKAGES), "goals": GOALS, "figures": figures, "cases": rows, "healthy": runs}
        write_log(HERE, log)
        write_results(HERE, shown)


if __name__ == "__main__":
    main()
