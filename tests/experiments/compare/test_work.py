"""Units of work: a network is the same in any company, and nothing is learned from its fold's test rows."""

import dataclasses
import json

import numpy as np
import pytest
from questions import bench_of, columns, options

from pellucid.errors import ContractError, ModelFileError
from pellucid.experiments.compare.bench import Workbench, picks_epochs
from pellucid.experiments.compare.ledger import Ledger, cells_of
from pellucid.experiments.compare.memory import narrowing_bytes, predicted_bytes, process_bytes, sizes_of, unit_bytes
from pellucid.experiments.compare.question import Question
from pellucid.experiments.compare.rows import read_rows, write_rows
from pellucid.experiments.compare.units import Cell, Unit, divided
from pellucid.experiments.compare.work import work_on
from pellucid.records import Recipe, decode_json, encode_json
from pellucid.tables import Column

ALL = tuple(cells_of(range(2), range(2), 2))


def unit(*cells):
    return Unit(cells=tuple(cells))


def same(left, right):
    names = ("score", "epochs", "best_epoch", "ended", "loss", "val_loss", "rows", "predictions")
    return all(np.array_equal(getattr(left, name), getattr(right, name), equal_nan=True) for name in names)


@pytest.fixture(scope="module")
def bench():
    return bench_of()


@pytest.fixture(scope="module")
def whole(bench):
    return work_on(bench, unit(*ALL))


def test_a_network_is_the_same_in_every_unit(bench, whole):
    ends = np.cumsum(whole.rows)
    for place, cell in enumerate(ALL):
        alone = work_on(bench, unit(cell))
        assert alone.score[0] == whole.score[place]
        assert np.array_equal(alone.predictions, whole.predictions[ends[place] - whole.rows[place] : ends[place]])
        assert np.array_equal(alone.loss[0], whole.loss[place])


def test_a_unit_is_the_same_when_rows_and_question_come_from_their_files(bench, whole, tmp_path):
    write_rows(tmp_path, bench.rows)
    question = decode_json(encode_json(bench.question), Question)
    assert question == bench.question
    assert same(work_on(Workbench(question, read_rows(tmp_path)), unit(*ALL)), whole)


def test_variants_are_paired_by_fold_and_seed(bench, whole):
    for repeat in range(2):
        for fold in range(2):
            seed = bench.question.member_seed(repeat, fold)
            assert seed == bench.question.seed * 1_000_003 + 2 * repeat + fold
    seeds = {bench.question.member_seed(repeat, fold) for repeat in range(2) for fold in range(2)}
    assert len(seeds) == 4
    relu, tanh = (place for place, cell in enumerate(ALL) if (cell.repeat, cell.fold) == (1, 0))
    assert whole.rows[relu] == whole.rows[tanh]


@pytest.mark.parametrize("asked", [options(), options(fit={"recipe": "tabular", "hidden": None})])
def test_what_stands_in_a_folds_test_rows_changes_nothing_that_is_learned(asked):
    bench = bench_of(asked)
    before = work_on(bench, unit(Cell(0, 0, 0)))
    test = bench.folds[0, 0].test
    spoilt = []
    for column in bench.rows.table:
        values = column.values.copy()
        values[test] = "unheard of" if column.storage == "text" else values[test[0]]
        if column.storage == "number":
            values[test] = 1e6
        spoilt.append(Column(column.name, column.storage, values, column.spellings, column.notation))
    rows = dataclasses.replace(bench.rows, table=dataclasses.replace(bench.rows.table, columns=tuple(spoilt)))
    after = work_on(Workbench(bench.question, rows), unit(Cell(0, 0, 0)))
    assert np.array_equal(before.loss, after.loss)
    assert np.array_equal(before.val_loss, after.val_loss)
    assert not np.array_equal(before.predictions, after.predictions)


def test_rows_that_pick_the_epoch_are_training_rows_of_the_fold(bench):
    fold = bench.folds[1, 1]
    learns, picks = bench.picked(fold, Cell(1, 1, 0))
    assert set(learns) | set(picks) == set(fold.train)
    assert not set(learns) & set(picks)
    assert len(picks) == pytest.approx(len(fold.train) / 8, abs=2)


@pytest.mark.parametrize(
    ("recipe", "picks"),
    [
        (Recipe(), True),
        (Recipe(restore_best=False), False),
        (Recipe(restore_best=False, patience=3), True),
        (Recipe(restore_best=False, schedule="halve_on_plateau"), True),
    ],
)
def test_recipes_that_watch_rows_are_given_some(recipe, picks):
    assert picks_epochs(recipe) is picks


def test_a_stop_before_the_first_step_leaves_no_network(bench):
    stopped = work_on(bench, unit(*ALL), stop=lambda: True)
    assert stopped.cells == ()
    assert stopped.predictions.shape[0] == 0


def test_progress_counts_the_units_networks(bench):
    told = []
    work_on(bench, unit(*ALL), on_networks=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(len(ALL))


def test_a_network_that_diverges_has_no_score_and_no_prediction():
    bench = bench_of(options(fit={"optimizer": "sgd", "lr": 1e30}))
    result = work_on(bench, unit(Cell(0, 0, 0)))
    assert np.isnan(result.score).all()
    assert np.isnan(result.predictions).all()
    assert result.best_epoch.tolist() == [0]


def test_numbers_are_judged_in_the_targets_unit():
    bench = bench_of(options(), columns(task="regression"))
    assert bench.judge.metric == "rmse"
    result = work_on(bench, unit(Cell(0, 0, 0)))
    truth = bench.rows.values[bench.folds[0, 0].test]
    error = np.sqrt(np.mean((result.predictions[:, 0].astype(np.float64) - truth) ** 2))
    assert result.score[0] == pytest.approx(error, rel=1e-6)


def test_sizes_refuse_a_loss_that_does_not_fit_before_anything_is_trained():
    with pytest.raises(ContractError, match=r"Variant mse: Rule L110"):
        sizes_of(bench_of(options(vary=("loss=cross_entropy,mse",))))


def test_predicted_memory_grows_with_networks_folds_and_workers(bench):
    sizes = sizes_of(bench)

    def unit(members, folds, cores=1):
        return unit_bytes(sizes, members=members, folds=folds, cores=cores)

    # Beyond those that have places, a network takes what is kept of it and what it says of its test rows.
    assert unit(5002, 1) - unit(5001, 1) == sizes.member.kept + 6 * sizes.predictions
    assert unit(1, 2) - unit(1, 1) == sizes.table
    one = unit(8, 1)
    there = process_bytes()
    two, three = (predicted_bytes(sizes, unit=one, workers=workers) - there for workers in (2, 3))
    assert three == pytest.approx(1.5 * two, rel=0.05), "workers are processes with libraries of their own"
    assert predicted_bytes(sizes, unit=10**12) > 10**12


def test_what_this_process_holds_is_what_the_system_says():
    before = process_bytes()
    held = np.ones(8_000_000)
    assert process_bytes() - before == pytest.approx(held.nbytes, rel=0.2)


def test_halving_is_told_to_take_what_it_pauses(bench):
    sizes = sizes_of(bench)
    few, many = (narrowing_bytes(sizes, networks=count, splits=2, cores=1) for count in (5000, 6000))
    assert many - few == 1000 * (sizes.member.kept + 4 * sizes.member.state)


def test_a_ledger_gives_back_what_it_was_given(bench, whole, tmp_path):
    ledger = Ledger(tmp_path)
    for each in divided(ALL, members=3, folds=9):
        ledger.write(each, work_on(bench, each))
    scores = ledger.scores(2, 2, 2)
    for place, cell in enumerate(ALL):
        assert scores.score[cell.variant, cell.repeat, cell.fold] == whole.score[place]
    assert scores.complete() == [0, 1]
    assert scores.cells() == set(ALL)


def test_what_time_cut_short_is_loose_and_is_forgotten(bench, tmp_path):
    ledger = Ledger(tmp_path)
    every = unit(*ALL)
    result = work_on(bench, every)
    ledger.write(every, dataclasses.replace(result, ended=np.full(len(ALL), 2)))
    assert ledger.scores(2, 2, 2).networks == 0
    assert ledger.scores(2, 2, 2, loose=True).networks == len(ALL)
    ledger.drop_loose()
    assert ledger.scores(2, 2, 2, loose=True).networks == 0


def test_a_damaged_unit_is_refused_by_name(bench, whole, tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write(unit(*ALL), whole)
    path = next((tmp_path / "units").glob("*.npz"))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ModelFileError, match=path.name):
        ledger.scores(2, 2, 2)


def test_a_unit_goes_to_a_worker_as_plain_json():
    there = json.loads(encode_json(unit(*ALL[:1])))
    assert there["cells"] == [[0, 0, 0]]
