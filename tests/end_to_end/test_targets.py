"""Every kind of target from a table to a judged, saved network that beats plain baselines, and back from its file."""

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import many_targets
import numpy as np
import pytest

import pellucid as pl
from pellucid.cli.main import main

DATA = Path(__file__).parents[3] / "shared" / "data"
QUICK: dict[str, Any] = {"members": 4, "epochs": 40, "hidden": (32,)}


class Case(NamedTuple):
    """A target, the metric that judges it, and the strongest baseline that it beats on the test rows."""

    table: Any
    options: dict[str, Any]
    metric: str
    rival: str
    columns: tuple[str, ...]


CASES = {
    "multilabel": Case(
        many_targets.labels,
        {"target": ["warm", "odd", "rare"]},
        "labels_right",
        "linear",
        ("prediction_warm", "prediction_odd", "prediction_rare"),
    ),
    "labels in a text": Case(
        many_targets.tags, {"target": "tags", "task": "multilabel"}, "labels_right", "linear", ("prediction",)
    ),
    "count": Case(
        many_targets.catches, {"target": "fish", "task": "count"}, "poisson_deviance", "linear", ("prediction",)
    ),
    "quantile": Case(
        many_targets.spread,
        {"target": "y", "levels": [0.1, 0.5, 0.9]},
        "pinball",
        "linear",
        ("prediction_0.1", "prediction_0.5", "prediction_0.9"),
    ),
    "ordinal": Case(
        many_targets.grades,
        {"target": "grade", "order": ["poor", "fair", "good", "best"]},
        "class_distance",
        "linear",
        ("prediction",),
    ),
    "distribution": Case(
        many_targets.shares,
        {"target": ["red", "green", "blue"], "task": "distribution"},
        "kl_divergence",
        "linear",
        ("prediction_red", "prediction_green", "prediction_blue"),
    ),
    "several numbers": Case(
        many_targets.two_numbers,
        {"target": ["grams", "metres"]},
        "mean_r2",
        "linear",
        ("prediction_grams", "prediction_metres"),
    ),
}


@pytest.fixture(scope="module", params=CASES)
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, pl.Run]:
    case = CASES[request.param]
    folder = tmp_path_factory.mktemp("targets") / "run"
    return case, pl.fit(case.table(), **case.options, **QUICK, out=folder)


def told(run: pl.Run) -> list[dict[str, str]]:
    """Rows of the file of test predictions."""
    return list(csv.DictReader(io.StringIO(run.predictions_path.read_text("utf-8"))))


def test_the_networks_beat_a_linear_model_on_rows_that_nothing_has_seen(trained: tuple[Case, pl.Run]) -> None:
    case, run = trained
    assert next(iter(run.test)) == case.metric
    ours, rival, constant = (
        each[case.metric] for each in (run.test, run.baselines[case.rival], run.baselines["majority"])
    )
    better = run.record.test[0].greater_is_better
    assert (ours > rival > constant) if better else (ours < rival < constant)
    assert run.comparisons["majority"].verdict == "better"
    if case.metric == "pinball":
        assert run.test["crossing"] == 0
        assert run.test["coverage"] == pytest.approx(0.8, abs=0.15)


def test_record_and_report_are_written_and_tell_the_target(trained: tuple[Case, pl.Run]) -> None:
    case, run = trained
    target = case.options["target"]
    assert run.record.targets == ((target,) if isinstance(target, str) else tuple(target))
    page = run.report_path.read_text("utf-8")
    assert all(name in page for name in run.record.targets)


def test_the_file_of_test_predictions_holds_truth_and_prediction(trained: tuple[Case, pl.Run]) -> None:
    case, run = trained
    rows = told(run)
    assert len(rows) == run.record.split["test_rows"] == 60
    assert {name for name in rows[0] if name.startswith("prediction")} == set(case.columns)
    truths = [name for name in rows[0] if name.startswith("truth")]
    assert len(truths) == (1 if run.record.levels else len(case.columns))


def test_the_saved_file_answers_as_the_run_did(trained: tuple[Case, pl.Run]) -> None:
    case, run = trained
    table = case.table()
    rows = np.array([int(row["row"]) - 1 for row in told(run)])
    kept = {name: np.asarray(values)[rows] for name, values in table.items()}
    judged = pl.evaluate(run.model_path, kept)
    assert {score.key: score.value for score in judged.scores} == run.test
    loaded = pl.load(run.model_path)
    values = loaded.predict(kept)
    assert values.shape == ((60,) if len(case.columns) == 1 else (60, len(case.columns)))
    if run.record.classes:
        assert loaded.predict_proba(kept).shape == (60, len(run.record.classes))


def test_the_command_line_reaches_several_targets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = many_targets.shares()
    path = tmp_path / "parts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
    targets = [word for name in ("red", "green", "blue") for word in ("--target", name)]
    quick = ["--members", "2", "--epochs", "4", "--network", "16", "--out", str(tmp_path / "run")]
    assert main(["fit", str(path), *targets, "--task", "distribution", *quick]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "red, green, blue: distribution (3 shares of 100, on average" in shown
    assert main(["predict", str(tmp_path / "run" / "model.safetensors"), str(path)]) == 0
    first = next(iter(csv.DictReader(capsys.readouterr().out.splitlines())))
    assert sum(float(value) for value in first.values()) == pytest.approx(100)
    assert main(["evaluate", str(tmp_path / "run" / "model.safetensors"), str(path), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["test"]) == {"kl_divergence", "brier", "largest_share"}


def test_a_re_expressed_target_comes_back_in_its_unit(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    x = chance.normal(size=(300, 2))
    table = {
        "a": x[:, 0],
        "b": np.exp(x[:, 1]),
        "price": np.exp(5 + x[:, 0] + 0.5 * x[:, 1] + 0.1 * chance.normal(size=300)),
    }
    run = pl.fit(table, target="price", target_expression="log", express={"b": "log"}, **QUICK, out=tmp_path / "run")
    assert run.record.preparation["express"] == {"b": "log"}
    assert run.test["rmse"] < 0.5 * run.baselines["linear"]["rmse"]
    assert (run.model.predict(table) > 0).all()


REAL = {
    "wine quality": (
        "winequality-red.csv",
        {"target": "column_12", "task": "ordinal", "header": False},
        "class_distance",
    ),
    "children": ("insurance.csv", {"target": "children", "task": "count"}, "poisson_deviance"),
    "charges": ("insurance.csv", {"target": "charges", "task": "quantile"}, "pinball"),
    "miles and weight": ("mpg.csv", {"target": ["mpg", "weight"]}, "mean_r2"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_real_targets_of_every_kind_beat_the_best_constant(name: str, tmp_path: Path) -> None:
    file, options, metric = REAL[name]
    if not (DATA / file).exists():
        pytest.skip(f"{file} is not there")
    run = pl.fit(DATA / file, **options, out=tmp_path / "run")
    assert next(iter(run.test)) == metric
    assert run.comparisons["majority"].verdict == "better"
    assert run.comparisons["linear"].verdict in ("better", "within noise")
