"""Halving beside exhaustive training: the same recipes, rows, seeds and scores, all trained to their ends.

A network computes the same bits in any company, so that a recipe that halving keeps ends where exhaustive training
leaves it, and the two rankings differ in nothing but in who was given up early.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workbench import workbench_of
from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.candidates import Candidates
from pellucid.experiments.compare.ledger import Scores
from pellucid.experiments.compare.narrowing import Narrowing
from pellucid.experiments.compare.options import CompareOptions
from pellucid.experiments.compare.rounds import Pace
from pellucid.experiments.compare.units import Cell, divided
from pellucid.experiments.compare.work import work_on
from pellucid.experiments.halving import rank_candidates
from pellucid.experiments.options import FitOptions
from pellucid.experiments.statistics.paired import paired_tests
from pellucid.experiments.statistics.replicates import gather

__all__ = ["FIXED", "VARY", "quality"]

VARY = (
    "width=8:32",
    "depth=1,2",
    "activation=relu,tanh,gelu,silu",
    "lr=1e-4:1e-1:log",
    "l2=1e-6:1e-1:log",
    "epochs=27:81",
)
"""What is drawn at random; how long a recipe trains is drawn, too."""
FIXED: dict[str, Any] = {"recipe": "plain", "batch_size": 32}
"""What all have in common; by the recipe ``plain`` training stops early."""
# Of all recipes, the best ones that a winner is to be among.
_TOP = 0.02


def quality(source: str, target: str, *, recipes: int, seed: int, seeds: int = 10) -> dict[str, Any]:
    """Halve, train everybody, and see where the winner stands.

    Args:
        source: The table.
        target: The column to predict.
        recipes: Random ones.
        seed: Of the draw, the folds and the networks.
        seeds: Repeats of the comparison that judges finalists, and here those of exhaustive training, too.
    """
    fit = FitOptions(target=(target,), seed=seed, **FIXED)
    bench = workbench_of(source, CompareOptions(fit=fit, vary=VARY, draws=recipes, halving=True, seeds=seeds))
    with tempfile.TemporaryDirectory() as folder:
        narrowing = Narrowing(bench, Path(folder) / "halved")
        started = time.perf_counter()
        narrowed = narrowing.run(Pace(time.monotonic()))
        halved = time.perf_counter() - started
        everybody = Narrowing(bench, Path(folder) / "exhaustive").candidates()
    started = time.perf_counter()
    lengths = [recipe.epochs for recipe in everybody.recipes]
    everybody.run(members=range(len(lengths)), until=lengths)
    exhaustive = time.perf_counter() - started
    order, _ = rank_candidates(everybody, everybody.own, range(recipes))
    places = np.empty(recipes, dtype=int)
    places[order] = np.arange(1, recipes + 1)
    top = max(1, int(_TOP * recipes))
    first = narrowed.rungs[-1].trained[0]
    chosen, regret, error = _judged(bench, narrowed.finalists, order[:top].tolist())
    return {
        "table": Path(source).name,
        "seed": seed,
        "recipes": recipes,
        "splits": narrowing.splits,
        "top": top,
        "first": int(places[first]),
        "finalists": sorted(int(places[each]) for each in narrowed.finalists),
        "chosen": int(places[chosen]),
        **_validation_regret(everybody, recipes, first, int(order[0])),
        "metric": bench.judge.metric,
        "judged_regret": regret,
        "judged_error": error,
        "seconds": round(halved, 2),
        "exhaustive_seconds": round(exhaustive, 2),
        "work": round(narrowing.work / (narrowing.splits * recipes), 4),
    }


def _validation_regret(everybody: Candidates, recipes: int, winner: int, best: int) -> dict[str, Any]:
    """How much worse the winner's validation error is than the best one's, beside the noise of such a difference.

    Also how many recipes cannot be told apart from the best by these rows: those within two standard errors, each of
    its own difference over the splits.
    """
    errors = everybody.per_member("best_error").reshape(-1, recipes)
    apart = errors - errors[:, [best]]
    noise = apart.std(axis=0, ddof=1) / np.sqrt(len(errors))
    alike = np.isfinite(noise) & (apart.mean(axis=0) <= 2 * noise)
    return {
        "validation_regret": float(apart[:, winner].mean()),
        "validation_noise": float(np.median(noise[np.isfinite(noise)])),
        "as_good_as_the_best": int(alike.sum()),
    }


def _judged(bench: Workbench, finalists: tuple[int, ...], best: list[int]) -> tuple[int, float, float]:
    """The comparison's choice among the finalists; how far it stands behind the best of all that are judged here.

    The finalists and the best by exhaustive training, on all folds of all seeds, which neither of the two has seen.

    Returns:
        The chosen recipe, its regret in the metric, and the standard error of that difference, corrected for folds that
        share rows.
    """
    question = bench.question
    variants = sorted({*finalists, *best})
    found = Scores.empty(len(question.variants), question.seeds, question.folds)
    cells = [Cell(r, f, v) for r in range(question.seeds) for f in range(question.folds) for v in variants]
    for unit in divided(cells, members=512, folds=64):
        found.take_in(work_on(bench, unit))
    keys = sorted(bench.folds)
    replicates = gather(
        found.score[variants].reshape(len(variants), -1),
        repeat=[repeat for repeat, _ in keys],
        fold=[fold for _, fold in keys],
        train_rows=[len(bench.folds[key].train) for key in keys],
        test_rows=[len(bench.folds[key].test) for key in keys],
        greater_is_better=bench.judge.greater_is_better,
    )
    means = replicates.scores.mean(axis=1) * (1 if bench.judge.greater_is_better else -1)
    among = [variants.index(each) for each in finalists]
    chosen = among[int(np.argmax(means[among]))]
    ahead = int(np.argmax(means))
    if chosen == ahead:
        return variants[chosen], 0.0, 0.0
    apart = paired_tests(replicates, np.array([ahead]), np.array([chosen]))
    return variants[chosen], float(abs(apart.difference[0])), float(apart.error[0])
