"""Comparisons with halving, from end to end: finalists are judged, the others are told, and a killed one goes on."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from test_compare import a_table

import pellucid as pl
from pellucid.experiments.compare.folder import RECORD
from pellucid.experiments.compare.rounds import Pace
from pellucid.records import ComparisonRunRecord, decode_json

ASKED = {
    "target": "y",
    "vary": ["width=4:24", "depth=1,2", "activation=relu,tanh", "lr=1e-3:1:log"],
    "draws": 36,
    "halving": True,
    "seeds": 2,
    "folds": 3,
    "epochs": 9,
    "recipe": "plain",
    "members": 2,
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return pl.compare(a_table(), out=tmp_path_factory.mktemp("halving") / "run", **ASKED)


def test_finalists_alone_are_judged_and_nobody_is_forgotten(finished):
    record = finished.record
    assert record.ended == "finished"
    assert [(rung.trained, rung.kept) for rung in record.rungs] == [(36, 12), (12, 4), (4, 2)]
    assert len(record.variants) == 2
    assert len(record.dropped) == 34
    names = {each.name for each in (*record.variants, *record.dropped)}
    assert len(names) == 36
    assert record.networks == 2 * 2 * 3
    assert all(variant.replicates == 6 for variant in record.variants)
    with finished.scores_path.open(encoding="utf-8") as file:
        assert {line["variant"] for line in csv.DictReader(file)} == {variant.name for variant in record.variants}
    assert len((finished.path / "curves.jsonl").read_bytes().splitlines()) == 2


def test_the_record_says_how_many_were_tried_and_claims_nothing_about_factors(finished):
    record = finished.record
    assert record.sentences[0].startswith("36 variants were tried; 2 were left by halving, which kept 12 after 11")
    assert record.sentences[0].endswith("What follows is said of these 2.")
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
    assert [(rung.trained, rung.kept) for rung in stopped.record.rungs] == [(36, 2)]
    assert not stopped.record.design["whole"]
    assert stopped.record.sentences == ()
    assert not stopped.model_path.exists()
    watcher = Told()
    again = pl.compare(a_table(), out=folder, watcher=watcher, **ASKED)
    assert watcher.plan.done == 12
    assert watcher.plan.finalists == 2
    assert watcher.plan.networks == 28 + 12
    done = [each for each, _ in watcher.done]
    assert done == sorted(done)
    assert done[0] >= 12
    assert watcher.done[-1] == (40, 40)
    assert watcher.note == "36 variants halved to 2, 12 networks"
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
    assert len(short.record.variants) == 2
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
    random = np.random.default_rng(3)
    kills = 0
    for attempt in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT.format(here=str(Path(__file__).parent)), str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout.readline() == b"ready\n"
        if attempt < 4:
            before = written(folder)
            # At a random moment after something new was written.
            until = time.monotonic() + 30
            while written(folder) <= before and process.poll() is None and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(random.uniform(0, 0.05))
            process.kill()
        _, errors = process.communicate(timeout=250)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, errors.decode()
        kills += 1
    assert process.returncode == 0
    assert kills >= 1
    same(folder, finished.path)


def written(folder):
    return len(list(folder.glob("work/halving/rung-*"))) + len(list(folder.glob("work/units/*.npz")))
