"""Curves and out-of-fold predictions are gathered by replicate, however the units were cut."""

import numpy as np
import pytest
from questions import bench_of, options

from pellucid.experiments.compare.gathering import curve_records, held_out_predictions
from pellucid.experiments.compare.ledger import Ledger, Scores, cells_of
from pellucid.experiments.compare.results import Results
from pellucid.experiments.compare.units import divided
from pellucid.experiments.compare.winner import blends
from pellucid.experiments.compare.work import work_on

CELLS = cells_of(range(2), range(2), 2)


@pytest.fixture(scope="module")
def bench():
    return bench_of()


def gathered(bench, folder, members):
    ledger = Ledger(folder)
    for unit in divided(CELLS, members=members, folds=9):
        ledger.write(unit, work_on(bench, unit))
    scores = ledger.scores(2, 2, 2)
    return ledger, Results.of(bench, scores, scores.complete())


def test_a_row_is_predicted_by_the_networks_that_did_not_learn_from_it(bench, tmp_path):
    ledger, results = gathered(bench, tmp_path, 8)
    said = held_out_predictions(ledger, results, [1, 0], loose=False)
    assert said.shape == (2, bench.rows.count, 2)
    row = 5
    own = []
    for repeat in range(2):
        (fold,) = (fold for fold in range(2) if row in bench.folds[repeat, fold].test)
        (unit,) = divided([cell for cell in CELLS if cell == type(cell)(repeat, fold, 1)], members=1, folds=1)
        place = np.flatnonzero(bench.folds[repeat, fold].test == row)[0]
        own.append(work_on(bench, unit).predictions[place])
    assert said[0, row] == pytest.approx(np.mean(own, axis=0), abs=1e-6)
    assert said.sum(axis=2) == pytest.approx(np.ones((2, bench.rows.count)), abs=1e-6)


def test_how_units_were_cut_changes_no_bit(bench, tmp_path):
    whole, pieces = (gathered(bench, tmp_path / str(members), members) for members in (8, 3))
    assert whole[1].file() == pieces[1].file()
    assert curve_records(*whole, loose=False) == curve_records(*pieces, loose=False)
    first, second = (held_out_predictions(*each, [0, 1], loose=False) for each in (whole, pieces))
    assert np.array_equal(first, second)


def test_the_winner_of_the_table_is_the_winner_of_the_blends(bench, tmp_path):
    ledger, results = gathered(bench, tmp_path, 8)
    said = held_out_predictions(ledger, results, [results.chosen, 1 - results.chosen], loose=False)
    # The other one is right everywhere, so that it would win by rows; the table of folds decides who is the winner.
    said[1] = np.eye(2)[bench.rows.values]
    ways = blends(results, [results.chosen, 1 - results.chosen], said)
    assert ways[0].weights == {results.chosen: 1.0}
    assert ways[2].weights == {1 - results.chosen: 1.0}
    assert [way.saved for way in ways].count(True) == 1


@pytest.mark.parametrize(("lost", "kinds"), [(2, ["winner", "average", "greedy"]), (3, ["winner", "greedy"])])
def test_the_average_holds_nobody_who_is_worse_beyond_noise(lost, kinds):
    bench = bench_of(options(vary=("activation=relu,tanh,gelu,identity",), seeds=5, folds=4))
    draw = np.random.default_rng(0)
    scores = Scores.empty(4, 5, 4)
    scores.there[:] = True
    # The first ones are alike but for luck, the last ones far behind them.
    means = np.where(np.arange(4) < 4 - lost, 0.9, 0.6)[:, None, None]
    scores.score[:] = means + 0.01 * draw.normal(size=scores.score.shape)
    results = Results.of(bench, scores, range(5))
    verdicts = {results.position(each.label): each.verdict for each in results.standing.variants}
    assert [verdicts[variant] for variant in range(4 - lost, 4)] == ["worse"] * lost
    said = draw.dirichlet([5, 5], size=(4, bench.rows.count))
    ways = {way.kind: way for way in blends(results, range(4), said)}
    assert list(ways) == kinds
    if "average" in ways:
        assert ways["average"].weights == {0: 0.5, 1: 0.5}
        assert ways["average"].title == "average of 2 variants not clearly worse"


def test_where_nothing_can_be_chosen_between_the_winner_is_saved(bench, tmp_path):
    _, results = gathered(bench, tmp_path, 8)
    nothing = np.full((2, bench.rows.count, 2), np.nan)
    (alone,) = blends(results, [0, 1], nothing)
    assert (alone.kind, alone.saved, alone.weights) == ("winner", True, {results.chosen: 1.0})


def test_factors_of_numbers_reach_the_statistics_as_numbers(tmp_path):
    bench = bench_of(options(vary=("lr=1e-4:1e-1:log:4",)))
    assert [plan.numbers["lr"] for plan in bench.question.variants] == [1e-4, 1e-3, 1e-2, 1e-1]
