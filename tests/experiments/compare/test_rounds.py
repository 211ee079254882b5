"""Rounds: every variant gets the same replicates, and time ends them where they are whole."""

import time

import numpy as np
import pytest
from questions import bench_of, options

from pellucid.experiments.compare.ledger import Ledger, Scores, UnitResult, cells_of
from pellucid.experiments.compare.memory import sizes_of
from pellucid.experiments.compare.results import Results
from pellucid.experiments.compare.rounds import Pace, run_rounds
from pellucid.experiments.compare.strategy import FullDesign, strategy_of
from pellucid.experiments.compare.winner import Blend, shared_out
from pellucid.experiments.executors.executor import limited


class Pretending:
    """An executor whose networks take a second of a clock that only it moves."""

    workers = 1

    def __init__(self, ledger, clock, *, stop_after=None):
        self.ledger, self.clock, self.units, self.stop_after = ledger, clock, [], stop_after
        self.stopped = False

    def run(self, units, *, on_networks, stop, deadline=None):
        done = 0
        for each in units:
            unit = limited(each, deadline)
            if unit is None:
                return
            self.units.append(unit)
            left = np.inf if unit.seconds is None else unit.seconds
            cut = left < len(unit.cells)
            self.clock.now += min(left, len(unit.cells)) + 1e-6
            self.ledger.write(unit, made_up(unit.cells, ended=2 if cut else 0))
            done += len(unit.cells) * min(1.0, left / len(unit.cells))
            on_networks(done)
            if self.stop_after is not None and len(self.units) >= self.stop_after:
                self.stopped = True
                return


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(time, "monotonic", made)
    return made


def made_up(cells, ended=0):
    k = len(cells)
    whole = np.ones(k, dtype=np.int64)
    score = np.array([cell.variant + cell.repeat / 10 + cell.fold / 100 for cell in cells])
    curves = np.ones((k, 1), dtype=np.float32)
    return UnitResult(tuple(cells), score, whole, whole, ended * whole, curves, curves, whole, np.ones((k, 1)), 1.0)


@pytest.fixture(scope="module")
def bench():
    return bench_of(options(seeds=5, folds=2))


def rounds(bench, ledger, executor, pace, *, timed=True):
    strategy = strategy_of(bench.question, timed=timed)
    scores, ended = run_rounds(
        bench.question,
        strategy,
        executor,
        ledger,
        sizes_of(bench),
        pace,
        on_networks=lambda done: None,
        stop=lambda: executor.stopped,
    )
    return Results.of(bench, scores, strategy.complete(scores)), ended


def test_without_a_limit_everything_is_one_round(bench, tmp_path, clock):
    ledger = Ledger(tmp_path)
    executor = Pretending(ledger, clock)
    results, ended = rounds(bench, ledger, executor, Pace(clock.now), timed=False)
    assert ended == "finished"
    assert [len(unit.cells) for unit in executor.units] == [20]
    assert len(results.columns) == 10


def test_time_ends_it_after_a_whole_repeat_that_all_variants_share(bench, tmp_path, clock):
    # A repeat takes 4 seconds; a third of all time is kept for the winner at most.
    ledger = Ledger(tmp_path)
    executor = Pretending(ledger, clock)
    results, ended = rounds(bench, ledger, executor, Pace(clock.now, 20.0))
    assert ended == "out of time"
    assert {repeat for repeat, _ in results.columns} == {0, 1, 2}
    # What would not be whole in time is not begun.
    assert sum(len(unit.cells) for unit in executor.units) == 12
    assert results.variants == (0, 1)


def test_a_first_round_that_time_cuts_short_is_used_as_far_as_its_folds_are_whole(bench, tmp_path, clock):
    ledger = Ledger(tmp_path)
    executor = Pretending(ledger, clock)
    results, ended = rounds(bench, ledger, executor, Pace(clock.now, 4.0))
    assert ended == "out of time"
    assert results.columns == ((0, 0), (0, 1))
    ledger.drop_loose()
    assert ledger.scores(2, 5, 2).complete() == []


def test_an_interrupted_comparison_goes_on_where_it_was(bench, tmp_path, clock):
    ledger = Ledger(tmp_path)
    first = Pretending(ledger, clock, stop_after=2)
    _, ended = rounds(bench, ledger, first, Pace(clock.now, 1e6))
    assert ended == "interrupted"
    second = Pretending(ledger, clock)
    results, ended = rounds(bench, ledger, second, Pace(clock.now, 1e6))
    assert ended == "finished"
    trained = [cell for unit in first.units + second.units for cell in unit.cells]
    assert sorted(trained) == sorted(cells_of(range(2), range(5), 2))
    assert len(results.columns) == 10


def test_a_strategy_is_a_function_of_the_scores(bench):
    scores = Scores.empty(2, 5, 2)
    design = FullDesign(bench.question, together=2)
    ahead = design.next_round(scores)
    assert set(ahead.cells) == set(cells_of(range(2), range(2), 2))
    assert ahead.first
    scores.there[:, 0] = True
    assert set(design.next_round(scores).cells) == set(cells_of(range(2), (1, 2), 2))
    scores.there[:] = True
    scores.there[1, 3, 1] = False
    assert design.next_round(scores).cells == (cells_of([1], [3], 2)[1],)
    assert not design.next_round(scores).first
    scores.there[:] = True
    assert design.next_round(scores) is None


def test_the_winner_gets_the_networks_that_there_is_time_for(clock):
    pace = Pace(clock.now, 10.0, trained=4, spent=4.0)
    assert pace.affordable(8, 2) == 5
    clock.now += 20
    assert pace.affordable(8, 2) == 1
    assert Pace(clock.now).affordable(8, 2) == 8


def test_variants_that_time_left_without_a_network_have_no_score(bench):
    scores = Scores.empty(2, 5, 2)
    scores.there[1, 0, 0], scores.score[1, 0, 0] = True, 0.5
    results = Results.of(bench, scores, ())
    first, second = results.variant_records()
    assert (first.name, first.mean, first.replicates) == ("tanh", 0.5, 1)
    assert (second.name, second.mean, second.rank, second.verdict) == ("relu", None, 0, "")


def test_of_finalists_alone_every_fold_is_trained_and_judged(bench, tmp_path, clock):
    three = bench_of(options(vary=("activation=relu,tanh,gelu",), seeds=2, halving=True))
    strategy = strategy_of(three.question, timed=True, variants=(0, 2))
    ledger = Ledger(tmp_path)
    executor = Pretending(ledger, clock)
    sizes = sizes_of(three)
    told = []
    scores, ended = run_rounds(
        three.question,
        strategy,
        executor,
        ledger,
        sizes,
        Pace(clock.now, 1e6),
        on_networks=told.append,
        stop=lambda: False,
    )
    assert ended == "finished"
    assert told[-1] == 8 == strategy.networks() == strategy.trained(scores)
    assert scores.cells() == set(cells_of([0, 2], range(2), 2))
    assert strategy.complete(scores) == [0, 1]
    results = Results.of(three, scores, strategy.complete(scores), (0, 2))
    assert {record.name for record in results.variant_records()} == {"relu", "gelu"}
    assert results.importance_records() == ()


@pytest.mark.parametrize(
    ("others", "members", "each"), [(0, 8, 0), (1, 8, 8), (3, 8, 3), (5, 8, 2), (7, 8, 2), (3, 1, 1)]
)
def test_the_other_variants_of_an_ensemble_share_as_many_networks_as_the_winner_has(others, members, each):
    weights = dict.fromkeys(range(others + 1), 1 / (others + 1))
    ways = [Blend("winner", "", {0: 1.0}, None, True), Blend("average", "", weights, None, False)]
    assert shared_out(ways, 0, members) == {0: members, **dict.fromkeys(range(1, others + 1), each)}
