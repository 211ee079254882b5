"""What halving finds, beside exhaustive training of the same variants on the same rows."""

import time
from pathlib import Path

import numpy as np
import pytest
from questions import bench_of, options

from pellucid.experiments.compare.ledger import Scores
from pellucid.experiments.compare.narrowing import Narrowing
from pellucid.experiments.compare.rounds import Pace
from pellucid.experiments.compare.units import Cell, divided
from pellucid.experiments.compare.work import work_on
from pellucid.experiments.halving import candidate_errors


def planted(rows):
    """A smooth surface with next to no noise: networks that can bend and learn fast enough find it, others do not."""
    generator = np.random.default_rng(11)
    x = generator.uniform(-1, 1, size=(rows, 4))
    y = np.sin(3 * x[:, 0]) + 2 * x[:, 1] * x[:, 2] + 0.02 * generator.normal(size=rows)
    return {**{f"x{i}": column for i, column in enumerate(x.T)}, "y": y}


def asked(**changes):
    """Random recipes of the plain kind that differ much in what they can do."""
    vary = ("width=4:24", "depth=1,2", "activation=relu,tanh,gelu", "lr=1e-4:1:log", "l2=1e-6:1:log", "epochs=9:27")
    return options(vary=vary, halving=True, fit={"hidden": None, "epochs": None, "batch_size": 16}, **changes)


def halved(bench, folder):
    return Narrowing(bench, folder).run(Pace(time.monotonic()))


def test_whom_halving_keeps_stand_at_the_top_of_all_by_the_same_scores(tmp_path):
    bench = bench_of(asked(draws=40), planted(120))
    narrowed = halved(bench, tmp_path)
    everybody = Narrowing(bench, Path("/nowhere")).candidates()
    lengths = [recipe.epochs for recipe in everybody.recipes]
    everybody.run(members=range(len(lengths)), until=lengths)
    errors = candidate_errors(everybody, everybody.own, range(40))
    last = narrowed.rungs[-1]
    assert list(last.errors) == errors[list(last.trained)].tolist(), "a survivor is what it is among all"
    places = {variant: place for place, variant in enumerate(np.argsort(errors).tolist())}
    assert places[last.trained[0]] <= 1
    assert max(places[variant] for variant in narrowed.finalists) < 10
    # Those who were given up first are the worse ones.
    gone = narrowed.rungs[0].trained[narrowed.rungs[0].kept :]
    assert np.mean([places[variant] for variant in gone]) > 1.4 * np.mean([places[v] for v in last.trained])


@pytest.mark.slow
def test_the_choice_is_among_the_best_of_an_exhaustive_comparison(tmp_path):
    """Of 150 recipes judged on all folds of all seeds, what halving and its finalists' folds choose is in the best 2 %.

    The table's order is no accident of folds and seeds: half of them say about the same as the other half.
    """
    bench = bench_of(asked(draws=150, seeds=4, folds=3), planted(240))
    finalists = list(halved(bench, tmp_path).finalists)
    assert len(finalists) == 7
    scores = Scores.empty(150, 4, 3)
    cells = [Cell(repeat, fold, variant) for repeat in range(4) for fold in range(3) for variant in range(150)]
    for unit in divided(cells, members=600, folds=4):
        scores.take_in(work_on(bench, unit))
    assert not bench.judge.greater_is_better
    each = np.where(np.isfinite(scores.score), scores.score, np.nanmax(scores.score))
    halves = each.reshape(150, 2, 6).mean(axis=2)
    errors = halves.mean(axis=1)
    assert np.corrcoef(halves.argsort(axis=0).argsort(axis=0).T)[0, 1] > 0.9, "the order is not noise"
    chosen = finalists[int(np.argmin(errors[finalists]))]
    assert (errors < errors[chosen]).sum() < 0.02 * 150
