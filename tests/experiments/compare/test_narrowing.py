"""Narrowing: many variants halved to a few finalists, going on at the last rung, and told."""

import time

import numpy as np
import pytest
from questions import bench_of, columns, options

from pellucid.errors import ModelFileError
from pellucid.experiments.compare.candidates import Candidates
from pellucid.experiments.compare.dropping import dropped_records, halving_design, halving_sentences, rung_records
from pellucid.experiments.compare.narrowing import Narrowing, finalist_count, split_count
from pellucid.experiments.compare.rounds import Pace
from pellucid.experiments.halving import candidate_errors
from pellucid.training import StackRows, train_members

ASKED = {"vary": ("lr=1e-4:1:log",), "draws": 36, "halving": True, "fit": {"epochs": 9}}


@pytest.fixture(scope="module")
def bench():
    return bench_of(options(**ASKED))


@pytest.fixture(scope="module")
def whole(bench, tmp_path_factory):
    return narrowed(bench, tmp_path_factory.mktemp("whole"))


def narrowed(bench, folder, **changes):
    return Narrowing(bench, folder).run(changes.pop("pace", Pace(time.monotonic())), **changes)


def files(folder):
    return sorted(path.name for path in (folder / "halving").iterdir())


@pytest.mark.parametrize(
    ("variants", "finalists", "splits"),
    [(1, 1, 5), (2, 2, 5), (20, 3, 5), (60, 4, 5), (100, 5, 5), (400, 8, 5), (2000, 8, 2), (100_000, 8, 1)],
)
def test_many_variants_leave_more_finalists_and_few_are_tried_on_more_splits(variants, finalists, splits):
    assert finalist_count(variants) == finalists
    assert split_count(variants, 5) == splits


def test_finalists_are_the_best_of_the_last_rung_by_validation_error(bench, whole):
    assert [(len(rung.trained), rung.kept) for rung in whole.rungs] == [(36, 12), (12, 4), (4, 4)]
    assert whole.finalists == tuple(sorted(whole.rungs[-1].trained[:3]))
    assert whole.whole
    assert whole.splits == 2, "two folds were asked for, so that halves are held out"


def test_a_rung_ranks_by_the_rows_that_its_splits_hold_out(bench, whole):
    narrowing = Narrowing(bench, bench_folder())
    splits = narrowing._drawn()
    assert set(splits[0].test) == set(splits[1].train)
    for split in splits:
        assert not any(set(split.train) == set(fold.train) for fold in bench.folds.values())
    candidates = narrowing.candidates()
    assert len(candidates.recipes) == 2 * 36
    assert candidates.recipes[0].seed == candidates.recipes[35].seed != candidates.recipes[36].seed
    candidates.run(members=range(72), until=[1] * 72)
    errors = candidate_errors(candidates, candidates.own, range(36))
    np.testing.assert_array_equal(np.sort(errors), whole.rungs[0].errors)


def bench_folder():
    from pathlib import Path

    return Path("/nowhere")


def test_a_network_of_a_rung_learns_from_its_split_and_is_ranked_by_what_the_split_holds_out(bench):
    narrowing = Narrowing(bench, bench_folder())
    candidates, split = narrowing.candidates(), narrowing._drawn()[1]
    variant = bench.question.variants[3]
    number = 36 + 3
    candidates.run(members=[number], until=[4] * 72)
    result = train_members(
        [variant.recipe.replace(seed=candidates.recipes[number].seed, epochs=4)],
        bench.laid([bench.fitted(split.train, variant)]),
        StackRows((split.train,), (split.test,)),
        target=bench.spec_of(variant),
    )
    best = int(result.per_member("best_epoch")[0])
    assert candidates.per_member("best_epoch")[number] == best
    assert candidates.per_member("best_error")[number] == result.metrics["val_error"][0, best - 1]


def test_halving_that_was_stopped_goes_on_at_the_last_rung_and_ends_the_same(bench, whole, tmp_path):
    class Patience:
        """Ends when the second rung has begun to train."""

        asked = 0

        def __call__(self):
            there = tmp_path / "halving" / "rung-1.json"
            self.asked += there.exists()
            return self.asked > 2

    stopped = narrowed(bench, tmp_path, stop=Patience())
    assert len(stopped.rungs) == 1
    assert not stopped.whole
    assert files(tmp_path) == ["rung-1.json", "state-1.npz"]
    told = []
    again = Narrowing(bench, tmp_path)
    before = again.done
    assert before == pytest.approx(2 * 36 / 9)
    found = again.run(Pace(time.monotonic()), on_networks=told.append)
    assert found == whole
    assert before <= told[0] <= told[-1] == pytest.approx(again.work)
    assert files(tmp_path) == ["rung-1.json", "rung-2.json", "rung-3.json"]
    # Nothing is left to train.
    assert narrowed(bench, tmp_path, stop=lambda: True) == whole


def test_a_damaged_rung_is_refused_by_name(bench, tmp_path):
    (tmp_path / "halving").mkdir()
    (tmp_path / "halving" / "rung-1.json").write_text('{"share": 1}')
    with pytest.raises(ModelFileError, match=r"rung-1\.json.*missing required field"):
        Narrowing(bench, tmp_path)


def test_a_state_of_other_recipes_is_refused_by_name(bench, tmp_path):
    def stop():
        return (tmp_path / "halving" / "rung-1.json").exists()

    narrowed(bench, tmp_path, stop=stop)
    other = bench_of(options(**{**ASKED, "vary": ("width=4:64",)}))
    with pytest.raises(ModelFileError, match=r"state-1\.npz.*holds no rung of this comparison"):
        narrowed(other, tmp_path)


def test_variants_that_see_rows_differently_are_halved_together():
    asked = options(vary=("scaling=standard,quantile_normal", "lr=0.01,0.1"), halving=True)
    bench = bench_of(asked)
    narrowing = Narrowing(bench, bench_folder())
    together = narrowing.candidates()
    assert len(together._trainers) == 1, "of one layout, all rows lie in one table"
    together.run(members=range(8), until=[2] * 8)
    mixed = bench_of(options(vary=(), recipes=("plain", "tabular"), halving=True, fit={"hidden": None}), with_city())
    apart = Narrowing(mixed, bench_folder()).candidates()
    assert len(apart._trainers) == 2, "one recipe embeds what the other sees in columns of 0 and 1"
    apart.run(members=range(4), until=[1] * 4)
    for candidates, bench_ in ((together, bench), (apart, mixed)):
        splits = Narrowing(bench_, bench_folder())._drawn()
        for number in (0, len(candidates.recipes) - 1):
            variant = bench_.question.variants[candidates.own[number]]
            split = splits[number // len(bench_.question.variants)]
            question = type(bench_.question)(**{**fields(bench_.question), "variants": (variant,)})
            alone = Candidates(type(bench_)(question, bench_.rows), [split], [candidates.recipes[number].seed])
            alone.run(members=[0], until=[candidates.per_member("epochs")[number]])
            assert alone.per_member("best_error")[0] == candidates.per_member("best_error")[number]


def fields(struct):
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def with_city():
    given = columns()
    given["city"] = np.array([f"c{number % 15}" for number in range(90)], dtype=object)
    return given


def test_recipes_that_watch_no_rows_are_ranked_by_them_all_the_same():
    bench = bench_of(options(vary=("restore_best=no", "lr=0.001,0.1"), halving=True))
    candidates = Narrowing(bench, bench_folder()).candidates()
    candidates.run(members=range(4), until=[2] * 4)
    assert np.isfinite(candidates.per_member("best_error")).all()
    assert (candidates.per_member("best_epoch") == 2).all()


def test_by_time_the_latest_rows_rank():
    bench = bench_of(options(**{**ASKED, "time": "day", "folds": 4}))
    narrowing = Narrowing(bench, bench_folder())
    narrowing.splits = 1
    (split,) = narrowing._drawn()
    assert bench.rows.order[split.train].max() < bench.rows.order[split.test].min()
    assert split.test.max() == bench.rows.count - 1 or bench.rows.order[split.test].max() == bench.rows.order.max()


def test_as_many_variants_as_finalists_are_not_halved(tmp_path):
    bench = bench_of(options(halving=True))
    found = narrowed(bench, tmp_path)
    assert (found.finalists, found.rungs, found.whole) == ((0, 1), (), True)
    assert rung_records(found) == dropped_records(bench.question, found) == ()
    assert halving_sentences(bench.question, found) == ()


def test_time_that_ends_within_the_first_rung_leaves_those_that_it_reached(bench, tmp_path):
    found = narrowed(bench, tmp_path, pace=Pace(time.monotonic() - 1, 1.0))
    assert found.rungs == ()
    assert not found.whole
    assert len(found.finalists) == 3
    (record,) = rung_records(found)
    assert (record.trained, record.kept, record.whole) == (36, 3, False)
    assert len(dropped_records(bench.question, found)) == 33
    assert halving_sentences(bench.question, found) == (
        "36 variants were tried; 3 were left by halving, which time ended within its first round. What follows is said"
        " of these 3.",
    )
    assert not (tmp_path / "halving").exists()


def test_no_rung_is_begun_that_leaves_no_time_for_the_finalists(bench, whole, tmp_path):
    # A second for each network: the first rung takes 8, the others as much, and finalists on 2 folds 6.
    pace = Pace(time.monotonic(), 26.0)
    narrowing = Narrowing(bench, tmp_path)
    written = narrowing._write

    def slowly(*given):
        written(*given)
        pace.trained, pace.spent, pace.began = 8.0, 8.0, pace.began - 8

    narrowing._write = slowly
    found = narrowing.run(pace)
    assert found.rungs == whole.rungs[:1]
    assert not found.whole
    assert found.finalists == tuple(sorted(whole.rungs[0].trained[:3]))
    (sentence,) = halving_sentences(bench.question, found)
    assert sentence == (
        "36 variants were tried; 3 were left by halving, which kept 3 after 11\N{NARROW NO-BREAK SPACE}% of the epochs,"
        " where time ended it. What follows is said of these 3."
    )


def test_what_was_dropped_is_told_with_the_rung_and_the_error(bench, whole):
    dropped = dropped_records(bench.question, whole)
    assert [record.rung for record in dropped] == [3] + [2] * 8 + [1] * 24
    assert [record.epochs for record in dropped] == [9] + [3] * 8 + [1] * 24
    assert {record.name for record in dropped} | {bench.question.variants[v].name for v in whole.finalists} == {
        variant.name for variant in bench.question.variants
    }
    for rung in (1, 2):
        errors = [record.error for record in dropped if record.rung == rung]
        assert errors == sorted(errors) == list(whole.rungs[rung - 1].errors[whole.rungs[rung - 1].kept :])
    assert halving_design(bench.question, whole) == {"tried": 36, "splits": 2, "whole": True}
    assert halving_sentences(bench.question, whole) == (
        "36 variants were tried; 3 were left by halving, which kept 12 after 11\N{NARROW NO-BREAK SPACE}% of the"
        " epochs, 4 after 33\N{NARROW NO-BREAK SPACE}% and 3 after 100\N{NARROW NO-BREAK SPACE}%. What follows is said"
        " of these 3.",
    )
