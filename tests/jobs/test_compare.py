"""The comparison from end to end: its table, its folder, and what it does when it is stopped."""

import csv
import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from small_comparisons import ASKED, ROWS, a_table, killed_again_and_again

import pellucid as pl
from pellucid.experiments.compare import compare as job
from pellucid.experiments.compare.folder import RECORD
from pellucid.records import ComparisonRunRecord, CurveRecord, decode_json

VARY = {"activation": ["relu", "identity"], "lr": [0.01, 0.0316227766]}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("comparison") / "run"
    return pl.compare(a_table(), vary=VARY, out=folder, **ASKED)


def scores(comparison):
    with comparison.scores_path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_variant_is_judged_on_every_fold_of_every_seed(finished):
    lines = scores(finished)
    assert len(lines) == 4 * 2 * 3 == finished.record.networks
    told = {(line["variant"], line["seed"], line["fold"]) for line in lines}
    assert len(told) == len(lines)
    for variant in finished.record.variants:
        own = [float(line["score"]) for line in lines if line["variant"] == variant.name]
        assert variant.mean == pytest.approx(np.mean(own))
        assert variant.replicates == 6


def test_the_table_has_the_best_first_and_every_factor(finished):
    assert [row["rank"] for row in finished.table] == [1, 2, 3, 4]
    assert {(row["activation"], row["lr"]) for row in finished.table} == {
        (activation, lr) for activation in ("relu", "identity") for lr in ("0.01", "0.0316")
    }
    assert finished.table[0]["variant"] == finished.best.name == finished.record.chosen
    assert {factor.name: factor.scale for factor in finished.record.factors} == {"activation": "named", "lr": "linear"}
    assert {variant.recipe.lr for variant in finished.record.variants} == {0.01, 0.0316227766}


def test_the_record_reads_back_and_speaks_of_files_that_are_there(finished):
    record = decode_json((finished.path / RECORD).read_bytes(), ComparisonRunRecord)
    assert record == finished.record
    assert record.ended == "finished"
    assert set(record.artifacts) == {"scores.csv", "curves.jsonl", "model.safetensors", "test_predictions.csv"} | (
        {"report.html"} if finished.report_path.exists() else set()
    )
    assert record.design["complete"] == 2
    assert len(record.pairs) == 6
    assert record.sentences[-1].startswith(f"Chosen: {record.chosen}")


def test_the_saved_model_is_judged_on_rows_that_no_choice_saw(finished):
    record = finished.record
    assert record.split["train_rows"] + record.split["test_rows"] == ROWS
    with (finished.path / "test_predictions.csv").open(encoding="utf-8") as file:
        judged = list(csv.DictReader(file))
    assert len(judged) == record.split["test_rows"]
    rows = np.array([int(line["row"]) for line in judged]) - 1
    said = finished.model.predict({name: values[rows] for name, values in a_table().items()})
    assert np.mean(said == a_table()["y"][rows]) == pytest.approx(finished.test["accuracy"])
    assert {baseline.name for baseline in record.baselines} == {"majority", "linear", "boosting"}


def test_ways_to_predict_together_are_judged_on_the_same_rows_and_one_is_saved(finished):
    ensembles = finished.record.ensembles
    assert [each.kind for each in ensembles] == ["winner", "average", "greedy"]
    assert sum(each.saved for each in ensembles) == 1
    for each in ensembles:
        assert sum(each.variants.values()) == pytest.approx(1)
        assert each.scores[0].metric == "accuracy"
    saved = next(each for each in ensembles if each.saved)
    assert saved.scores == finished.record.test
    assert ensembles[0].variants == {finished.record.chosen: 1.0}


def test_curves_have_a_line_for_every_variant_with_its_band(finished):
    lines = (finished.path / "curves.jsonl").read_bytes().splitlines()
    curves = [decode_json(line, CurveRecord) for line in lines]
    assert [curve.variant for curve in curves] == [variant.name for variant in finished.record.variants]
    for curve in curves:
        assert curve.epochs == tuple(range(1, 9))
        band = zip(curve.loss_low, curve.loss, curve.loss_high, strict=True)
        assert all(low <= mean <= high for low, mean, high in band)
        assert len(curve.val_loss) == 8


def test_a_finished_comparison_is_read_and_not_trained_again(finished, monkeypatch):
    monkeypatch.setattr(job, "run_rounds", None)
    again = pl.compare(a_table(), vary=VARY, out=finished.path, minutes=5, **ASKED)
    assert again.record == finished.record


def test_a_finished_comparison_keeps_none_of_the_tables_rows(finished):
    assert [path.name for path in (finished.path / "work").iterdir()] == ["begun.json"]


def test_another_question_is_not_mixed_into_the_folder(finished):
    with pytest.raises(pl.UsageError, match=r"holds another comparison.*folds was 3 and is 2"):
        pl.compare(a_table(), vary=VARY, out=finished.path, **{**ASKED, "folds": 2})


def test_a_path_goes_along_its_numbers_in_order(tmp_path):
    found = pl.compare(a_table("numbers"), path="l2=1e-3:10:log:3", out=tmp_path / "run", **ASKED)
    factor = found.record.factors[0]
    assert (factor.name, factor.values, factor.scale) == ("l2", ("0.001", "0.1", "10"), "log")
    assert found.record.metric == "rmse"
    assert found.best.mean == min(variant.mean for variant in found.record.variants)


def test_named_recipes_can_be_compared_and_draws_are_a_function_of_the_seed(tmp_path):
    asked = {**ASKED, "seeds": 1, "folds": 2, "epochs": 2}
    both = pl.compare(a_table(), vary={"recipe": ["plain", "tabular"]}, out=tmp_path / "recipes", **asked)
    assert {variant.name for variant in both.record.variants} == {"plain", "tabular"}
    # Their rows are encoded differently, and one model has one encoding.
    assert all(set(each.variants) == {both.record.chosen} for each in both.record.ensembles)
    drawn = [
        pl.compare(a_table(), vary=["lr=1e-3:1e-1:log"], draws=2, out=tmp_path / name, **asked) for name in ("a", "b")
    ]
    assert drawn[0].scores_path.read_bytes() == drawn[1].scores_path.read_bytes()
    assert len(drawn[0].record.factors[0].values) == 2


def test_without_time_for_a_fold_it_says_so(tmp_path):
    with pytest.raises(pl.TrainingError, match="too short for a single fold of any variant"):
        pl.compare(a_table(), vary=VARY, out=tmp_path / "run", minutes=1e-6, **ASKED)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "Nothing is varied"),
        ({"vary": 3}, "vary takes factors with their values"),
        ({"vary": {"activation": ["rellu"]}}, "Did you mean 'relu'"),
        ({"vary": ["lr=0.1"], "target": "z"}, "no column 'z'"),
        ({"vary": {"lr": [1.0]}, "task": "reconstruction", "members": None}, "the task is reconstruction"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked, message, tmp_path):
    with pytest.raises((pl.UsageError, pl.DataError), match=message):
        pl.compare(a_table(), **{**ASKED, "out": tmp_path / "run", **asked})
    assert not (tmp_path / "run").exists()


def test_ctrl_c_keeps_what_is_trained_and_the_same_call_goes_on(finished, tmp_path, monkeypatch):
    class Impatient:
        """Presses Ctrl-C when half of the networks are trained."""

        def __getattr__(self, name):
            return lambda *given: None

        def networks_done(self, done, networks):
            if done >= networks / 2:
                os.kill(os.getpid(), signal.SIGINT)

    folder = tmp_path / "run"
    monkeypatch.setattr("pellucid.experiments.compare.rounds._MEMBERS", 4)
    stopped = pl.compare(a_table(), vary=VARY, out=folder, watcher=Impatient(), **ASKED)
    assert stopped.record.ended == "interrupted"
    assert stopped.record.networks in (4, 8, 12)
    assert not stopped.model_path.exists()
    with pytest.raises(pl.UsageError, match="No model is saved yet"):
        stopped.model  # noqa: B018
    again = pl.compare(a_table(), vary=VARY, out=folder, **ASKED)
    assert again.record.ended == "finished"
    assert again.scores_path.read_bytes() == finished.scores_path.read_bytes()
    assert again.record.ensembles == finished.record.ensembles


SCRIPT = """
import sys
sys.path.insert(0, {here!r})
from small_comparisons import ASKED, a_table
from test_compare import VARY
import pellucid as pl
from pellucid.experiments.compare import rounds
rounds._MEMBERS = 2
print("ready", flush=True)
pl.compare(a_table(), vary=VARY, out=sys.argv[1], workers=int(sys.argv[2]) or None, **ASKED)
"""


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 2])
def test_a_comparison_that_is_killed_at_any_moment_ends_with_the_same_table(finished, tmp_path, workers):
    folder = tmp_path / "run"
    script = SCRIPT.format(here=str(Path(__file__).parent))
    assert killed_again_and_again(script, folder, str(workers), kills=3, within=0.3, seed=workers) >= 1
    assert (folder / "scores.csv").read_bytes() == finished.scores_path.read_bytes()
    assert (folder / "curves.jsonl").read_bytes() == (finished.path / "curves.jsonl").read_bytes()
    for name in ("variants", "pairs", "sentences", "ensembles", "test"):
        mine, whole = (json.loads((path / RECORD).read_bytes())[name] for path in (folder, finished.path))
        assert mine == whole
