"""What is each part of the default recipe worth? One part is switched off at a time; see README.md beside this file."""

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.encoding import Preparation, decode_target
from pellucid.experiments import RECIPES, FitOptions
from pellucid.experiments.ensembles import train_ensemble
from pellucid.experiments.preparing import decide, prepare
from pellucid.records import Recipe
from pellucid.tables import read_table

HERE = Path(__file__).parent
LOG = HERE / "log.jsonl"
DATA = HERE.parents[2] / "shared" / "data"

TABLES: dict[str, tuple[str, str, bool]] = {
    "titanic": ("titanic.csv", "Survived", True),
    "insurance": ("insurance.csv", "charges", True),
    "credit": ("credit.csv", "default", True),
    "winequality": ("winequality-red.csv", "column_12", False),
    "concrete": ("concrete.csv", "strength", True),
    "mpg": ("mpg.csv", "mpg", True),
    "ds_salaries": ("ds_salaries.csv", "salary_in_usd", True),
}

Variant = Callable[[Recipe, Preparation], tuple[Recipe, Preparation, int]]


def changed(**changes: Any) -> Variant:
    """The recipe with some fields changed."""
    return lambda recipe, preparation: (recipe.replace(**changes), preparation, 8)


VARIANTS: dict[str, Variant] = {
    "the whole recipe": changed(),
    "no number embedding": changed(number_frequencies=0),
    "β₂ = 0.999": changed(optimizer="adamw"),
    "one cosine instead of four cycles": changed(schedule="cosine"),
    "constant learning rate": changed(schedule="constant"),
    "one learning rate for all kinds": changed(lr_factors=()),
    "standardised instead of robust and clipped": lambda r, p: (r, Preparation(scaling="standard"), 8),
    "no label smoothing": lambda r, p: (r.replace(loss=r.loss.partition("(")[0]), p, 8),
    "no input scale": changed(input_scale=False),
    "plain activations": changed(parametric_activation=False),
    "relu": changed(activation="relu"),
    "PyTorch's initialisation": changed(initialisation="pytorch"),
    "no dropout": changed(dropout=0.0),
    "no weight decay": changed(weight_decay=0.0),
    "best epoch by loss": changed(monitor="loss"),
    "last epoch instead of the best": changed(restore_best=False),
    "one network instead of eight": lambda recipe, preparation: (recipe, preparation, 1),
    "recipe plain": lambda recipe, preparation: (*RECIPES["plain"]("", 1000), 8),
}


def one(table: str, seed: int, variant: str) -> dict[str, Any]:
    """RMSE, or wrong test rows of all test rows, on one split."""
    file, target, header = TABLES[table]
    decided = decide(read_table(DATA / file, header=None if header else False), FitOptions(target=(target,), seed=seed))
    recipe, preparation, members = VARIANTS[variant](*RECIPES["tabular"](decided.target.task, len(decided.train)))
    prepared = prepare(decided, preparation)
    start = time.perf_counter()
    ensemble = train_ensemble(prepared, recipe, members=members, seed=seed)
    seconds = time.perf_counter() - start
    X, codes = prepared.encoded.numbers[decided.test], prepared.encoded.codes[decided.test]
    truth = decided.values[decided.test]
    if decided.target.task == "regression":
        outputs = ensemble.result.outputs(X, codes)[ensemble.usable, :, 0].mean(axis=0)
        predicted = decode_target(prepared.target_encoding, outputs, clamp=True)
        error = float(np.sqrt(((predicted - truth) ** 2).mean()))
    else:
        probabilities = ensemble.result.predict_proba(X, codes)[ensemble.usable].mean(axis=0)
        error = int((probabilities.argmax(axis=1) != truth).sum())
    return {"table": table, "seed": seed, "variant": variant, "error": error, "seconds": round(seconds, 2)}


def table_of(results: list[dict[str, Any]]) -> str:
    """Error of every variant relative to the whole recipe."""
    sums: dict[tuple[str, str], float] = {}
    seconds: dict[str, float] = {}
    for result in results:
        key = result["variant"], result["table"]
        sums[key] = sums.get(key, 0.0) + result["error"]
        seconds[key[0]] = seconds.get(key[0], 0.0) + result["seconds"]
    whole = "the whole recipe"
    lines = [
        f"| switched off or changed | error, geometric mean | {' | '.join(TABLES)} | time |",
        "|---|---|" + "---|" * (len(TABLES) + 1),
    ]
    for variant in VARIANTS:
        if any((variant, table) not in sums for table in TABLES):
            continue
        ratios = [sums[variant, table] / sums[whole, table] for table in TABLES]
        mean = math.exp(statistics.mean(math.log(ratio) for ratio in ratios))
        shown = " | ".join(f"{ratio:.3f}" for ratio in ratios)
        lines.append(f"| {variant} | **{mean:.3f}** | {shown} | {seconds[variant] / seconds[whole]:.2f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="splits per table")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    asked = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"The tables are not here: {DATA} is missing. They lie beside the project, in shared/data.")
    if asked.fresh:
        LOG.unlink(missing_ok=True)
    results = [json.loads(line) for line in LOG.read_text().splitlines()] if LOG.exists() else []
    done = {(result["table"], result["seed"], result["variant"]) for result in results}
    for variant in VARIANTS:
        for table in TABLES:
            for seed in range(asked.seeds):
                if (table, seed, variant) not in done:
                    results.append(one(table, seed, variant))
                    with LOG.open("a") as file:
                        file.write(json.dumps(results[-1], ensure_ascii=False) + "\n")
        print(table_of(results).splitlines()[-1], file=sys.stderr)
    shown = table_of(results)
    print(shown)
    page = HERE / "README.md"
    before, _, rest = page.read_text().partition("<!-- results -->")
    _, _, after = rest.partition("<!-- end of results -->")
    page.write_text(f"{before}<!-- results -->\n\n{shown}\n\n<!-- end of results -->{after}")


if __name__ == "__main__":
    main()
