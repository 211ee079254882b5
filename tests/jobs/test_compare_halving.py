"""Comparisons with halving, from end to end: finalists are judged, the others are told, and a killed one goes on."""

import csv
import json
import os
import signal
from pathlib import Path

import pytest
from small_comparisons import ASKED as USUAL
from small_comparisons import a_table, killed_again_and_again

import pellucid as pl
from pellucid.experiments.compare.folder import RECORD
from pellucid.experiments.compare.rounds import Pace
from pellucid.records import ComparisonRunRecord, decode_json

ASKED = {
    **USUAL,
    "vary": ["width=4:24", "depth=1,2", "activation=relu,tanh", "lr=1e-3:1:log"],
    "draws": 36,
    "halving": True,
    "epochs": 9,
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return pl.compare(a_table(), out=tmp_path_factory.mktemp("halving") / "run", **ASKED)


def test_finalists_alone_are_judged_and_nobody_is_forgotten(finished):
    record = finished.record
    assert record.ended == "finished"
    assert [(rung.trained, rung.kept) for rung in record.rungs] == [(36, 12), (12, 4), (4, 3)]
    assert len(record.variants) == 3
    assert len(record.dropped) == 33
    names = {each.name for each in (*record.variants, *record.dropped)}
    assert len(names) == 36
    assert record.networks == 3 * 2 * 3
    assert all(variant.replicates == 6 for variant in record.variants)
    with finished.scores_path.open(encoding="utf-8") as file:
        assert {line["variant"] for line in csv.DictReader(file)} == {variant.name for variant in record.variants}
    assert len((finished.path / "curves.jsonl").read_bytes().splitlines()) == 3


def test_the_record_says_how_many_were_tried_and_claims_nothing_about_factors(finished):
    record = finished.record
    assert record.sentences[0].startswith("36 variants were tried; 3 were left by halving, which kept 12 after 11")
    assert record.sentences[0].endswith("What follows is said of these 3.")
    assert record.importance == ()
    assert record.interplay is None
    assert {name: record.design[name] for name in ("strategy", "tried", "splits", "whole", "complete")} == {
        "strategy": "halving",
        "tried": 36,
        "splits": 3,
        "whole": True,
        "complete": 2,
    }
    assert record.seconds["halving"] > 0
    assert decode_json((finished.path / RECORD).read_bytes(), ComparisonRunRecord) == record
    assert finished.test
    assert [path.name for path in (finished.path / "work").iterdir()] == ["begun.json"]


class Told:
    """Takes down what it is told, and presses Ctrl-C where it is asked to."""

    def __init__(self, stop_at=None):
        self.plan, self.done, self.note, self._stop_at = None, [], "", stop_at

    def data_ready(self, summary):
        """Ignored."""

    def plan_ready(self, plan):
        self.plan = plan

    def networks_done(self, done, networks):
        self.done.append((done, networks))
        if self._stop_at is not None and done >= self._stop_at:
            os.kill(os.getpid(), signal.SIGINT)

    def training_ended(self, note, seconds):
        self.note = note

    def stage_started(self, title):
        """Ignored."""


def test_ctrl_c_in_a_rung_keeps_the_rungs_before_and_the_same_call_goes_on(finished, tmp_path):
    folder = tmp_path / "run"
    # Each of three rungs counts for 3 · 36 / 9 networks and less.
    stopped = pl.compare(a_table(), out=folder, watcher=Told(stop_at=15), **ASKED)
    assert stopped.record.ended == "interrupted"
    assert [(rung.trained, rung.kept) for rung in stopped.record.rungs] == [(36, 3)]
    assert not stopped.record.design["whole"]
    assert stopped.record.sentences == ()
    assert not stopped.model_path.exists()
    watcher = Told()
    again = pl.compare(a_table(), out=folder, watcher=watcher, **ASKED)
    assert watcher.plan.done == 12
    assert watcher.plan.finalists == 3
    assert watcher.plan.networks == 28 + 18
    done = [each for each, _ in watcher.done]
    assert done == sorted(done)
    assert done[0] >= 12
    assert watcher.done[-1] == (46, 46)
    assert watcher.note == "36 variants halved to 3 finalists, 18 networks"
    same(again.path, finished.path)


def test_time_that_is_short_leaves_finalists_all_the_same_and_more_of_it_ends_the_same(finished, tmp_path, monkeypatch):
    folder = tmp_path / "run"
    with monkeypatch.context() as patch:
        # Without patience for a second rung, whose work is no whole number of networks.
        patch.setattr(Pace, "allows", lambda pace, networks, deadline: isinstance(networks, int))
        short = pl.compare(a_table(), out=folder, minutes=5, **ASKED)
    assert short.record.ended == "out of time"
    assert short.record.design["complete"] == 2, "all finalists on all folds, and there might be better ones"
    assert short.record.design["whole"] is False
    assert len(short.record.variants) == 3
    assert short.test
    assert "time ended it" in short.record.sentences[0]
    again = pl.compare(a_table(), out=folder, **ASKED)
    assert again.record.ended == "finished"
    same(again.path, finished.path)


def same(mine, theirs):
    for name in ("scores.csv", "curves.jsonl"):
        assert (mine / name).read_bytes() == (theirs / name).read_bytes()
    for name in ("variants", "rungs", "dropped", "pairs", "sentences", "ensembles", "test"):
        assert json.loads((mine / RECORD).read_bytes())[name] == json.loads((theirs / RECORD).read_bytes())[name]


SCRIPT = """
import sys
sys.path.insert(0, {here!r})
from test_compare_halving import ASKED, a_table
import pellucid as pl
print("ready", flush=True)
pl.compare(a_table(), out=sys.argv[1], **ASKED)
"""


@pytest.mark.slow
def test_a_halved_comparison_that_is_killed_at_any_moment_ends_with_the_same_table(finished, tmp_path):
    folder = tmp_path / "run"
    script = SCRIPT.format(here=str(Path(__file__).parent))
    assert killed_again_and_again(script, folder, kills=4, within=0.05, seed=3) >= 1
    same(folder, finished.path)
