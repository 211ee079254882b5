"""How good is the default network, table by table, beside gradient boosting and a linear model? See README.md.

Every (table, seed) is one ``pl.fit`` with defaults; its record holds network and baselines on the same test rows.
Results are kept in log.jsonl as they come, so that an interrupted benchmark goes on where it stopped; --fresh starts
anew.
"""

import argparse
import json
import math
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import pellucid as pl

HERE = Path(__file__).parent
LOG = HERE / "log.jsonl"
DATA = HERE.parents[2] / "shared" / "data"

# Table → file, target, whether the file has a header.
TABLES: dict[str, tuple[str, str, bool]] = {
    "titanic": ("titanic.csv", "Survived", True),
    "ds_salaries": ("ds_salaries.csv", "salary_in_usd", True),
    "penguins": ("penguins.csv", "species", True),
    "mpg": ("mpg.csv", "mpg", True),
    "insurance": ("insurance.csv", "charges", True),
    "concrete": ("concrete.csv", "strength", True),
    "housing": ("housing.csv", "median_house_value", True),
    "credit": ("credit.csv", "default", True),
    "banknote": ("banknote.csv", "column_5", False),
    "winequality": ("winequality-red.csv", "column_12", False),
    "letters": ("letters.csv", "letter", True),
    "adult": ("adult.csv.gz", "column_15", False),
}


def one(table: str, seed: int, recipe: str) -> dict[str, Any]:
    """Errors of network and baselines on one split: RMSE, or wrong test rows of all test rows."""
    file, target, header = TABLES[table]
    scratch = HERE / "scratch" / f"{table}-{seed}"
    shutil.rmtree(scratch, ignore_errors=True)
    run = pl.fit(DATA / file, target=target, header=None if header else False, seed=seed, out=scratch, recipe=recipe)
    record = run.record
    rows = record.split["test_rows"]
    found: dict[str, Any] = {"table": table, "seed": seed, "recipe": recipe, "task": record.task, "rows": rows}
    metric = "rmse" if record.task == "regression" else "accuracy"
    for name, scores in {"network": run.test, **run.baselines}.items():
        found[name] = scores[metric] if metric == "rmse" else round((1 - scores[metric]) * rows)
    found["seconds"] = record.seconds
    shutil.rmtree(scratch)
    return found


def error(results: list[dict[str, Any]], name: str) -> float:
    """Mean RMSE over the seeds, or the share of wrong rows of all seeds' test rows.

    One half is added to the wrong rows (and one to the rows): a share of 0 has no logarithm, and 0 wrong of 69 is not
    infinitely better than 1 wrong of 69.
    """
    if results[0]["task"] == "regression":
        return statistics.mean(result[name] for result in results)
    return (sum(result[name] for result in results) + 0.5) / (sum(result["rows"] for result in results) + 1)


def table_of(results: list[dict[str, Any]]) -> str:
    """The results as a Markdown table with its summary."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        by_table.setdefault(result["table"], []).append(result)
    lines = [
        "| table | error | network | boosting | linear | network / boosting | no worse than linear | training |",
        "|---|---|---|---|---|---|---|---|",
    ]
    ratios, won = [], 0
    for name in TABLES:
        own = by_table.get(name)
        if not own:
            continue
        regression = own[0]["task"] == "regression"
        network, boosting, linear = (error(own, rival) for rival in ("network", "boosting", "linear"))
        shown = [f"{value:.4g}" if regression else f"{value:.2%}" for value in (network, boosting, linear)]
        ratios.append(network / boosting)
        won += network <= linear
        seconds = statistics.median(result["seconds"]["training"] for result in own)
        kind = "RMSE" if regression else "wrong"
        lines.append(
            f"| {name} | {kind} | {' | '.join(shown)} | {network / boosting:.3f} | "
            f"{'yes' if network <= linear else 'no'} | {seconds:.0f} s |"
        )
    mean = math.exp(statistics.mean(math.log(ratio) for ratio in ratios))
    seeds = {len(own) for own in by_table.values()}
    lines += [
        "",
        f"Geometric mean of network / boosting over {len(ratios)} tables: **{mean:.3f}**, median "
        f"{statistics.median(ratios):.3f}. No worse than the linear model on **{won} of {len(ratios)}**. "
        f"Seeds per table: {sorted(seeds)}.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="splits per table")
    parser.add_argument("--tables", default=",".join(TABLES), help="comma-separated")
    parser.add_argument("--recipe", default="tabular", help="named recipe")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    asked = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"The tables are not here: {DATA} is missing. They lie beside the project, in shared/data.")
    if asked.fresh:
        LOG.unlink(missing_ok=True)
    results = [json.loads(line) for line in LOG.read_text().splitlines()] if LOG.exists() else []
    done = {(result["table"], result["seed"], result["recipe"]) for result in results}
    for table in asked.tables.split(","):
        for seed in range(asked.seeds):
            if (table, seed, asked.recipe) in done:
                continue
            start = time.perf_counter()
            results.append(one(table, seed, asked.recipe))
            with LOG.open("a") as file:
                file.write(json.dumps(results[-1]) + "\n")
            print(f"{table} seed {seed}: {time.perf_counter() - start:.1f} s", file=sys.stderr)
    shutil.rmtree(HERE / "scratch", ignore_errors=True)
    shown = table_of([result for result in results if result["recipe"] == asked.recipe])
    print(shown)
    if asked.recipe == "tabular" and asked.tables == ",".join(TABLES):
        write_results(shown)
    print(f"\nlog: {LOG}")


def write_results(shown: str) -> None:
    """Put the table into README.md, between its two marks."""
    page = HERE / "README.md"
    before, _, rest = page.read_text().partition("<!-- results -->")
    _, _, after = rest.partition("<!-- end of results -->")
    page.write_text(f"{before}<!-- results -->\n\n{shown}\n\n<!-- end of results -->{after}")


if __name__ == "__main__":
    main()
