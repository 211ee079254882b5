"""Vectors, orders, codes and sequences: from a table to a judged, saved network, and back from its file."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import unit_tables

import pellucid as pl
from pellucid.cli.main import main

DATA = Path(__file__).parents[3] / "shared" / "data"


class Case(NamedTuple):
    """A task, the metric that judges it, the strongest baseline that it beats, and the columns of its predictions."""

    table: Callable[..., dict[str, Any]]
    options: dict[str, Any]
    metric: str
    rival: str
    columns: tuple[str, ...]


QUICK: dict[str, Any] = {"hidden": (32,)}
CASES = {
    "embedding": Case(
        unit_tables.stripes,
        {"target": "label", "task": "embedding", "code": 3, "epochs": 6},
        "nearest_right",
        "neighbours",
        ("vector0", "vector1", "vector2"),
    ),
    "ranking": Case(
        unit_tables.queries,
        {"target": "relevance", "task": "ranking", "group": "query", "epochs": 6, "members": 2},
        "pairs_right",
        "linear",
        ("score",),
    ),
    "reconstruction": Case(
        unit_tables.ring,
        {"task": "reconstruction", "code": 1, "epochs": 100},
        "spread_kept",
        "principal",
        ("code0",),
    ),
    "sequence": Case(
        unit_tables.words,
        {"target": "text", "task": "sequence", "group": "word", "epochs": 30, "lr": 0.01},
        "label_error_rate",
        "majority",
        ("word", "prediction"),
    ),
}


def held_out(run: pl.Run) -> list[dict[str, str]]:
    """Lines of the file of test predictions."""
    return list(csv.DictReader(io.StringIO(run.predictions_path.read_text("utf-8"))))


def write(path: Path, table: dict[str, Any]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
    return path


@pytest.fixture(scope="module", params=CASES)
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, pl.Run]:
    case = CASES[request.param]
    folder = tmp_path_factory.mktemp("units") / "run"
    return case, pl.fit(case.table(), **{**QUICK, **case.options}, out=folder)


def test_the_network_beats_its_plain_rival_on_rows_that_nothing_has_seen(trained: tuple[Case, pl.Run]) -> None:
    case, run = trained
    assert next(iter(run.test)) == case.metric
    ours, rival, constant = (
        each[case.metric] for each in (run.test, run.baselines[case.rival], run.baselines["majority"])
    )
    sign = -1 if case.metric == "label_error_rate" else 1
    assert sign * ours > sign * rival + 0.05
    assert sign * rival >= sign * constant
    assert run.comparisons["majority"].verdict == "better"
    assert run.comparisons[case.rival].verdict == "better"


def test_the_saved_file_answers_new_rows(
    trained: tuple[Case, pl.Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, run = trained
    table = case.table(seed=1)
    path = write(tmp_path / "new.csv", table)
    assert main(["predict", str(run.model_path), str(path)]) == 0
    told = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert tuple(told[0]) == case.columns
    values = run.model.predict(table)
    if case.metric == "label_error_rate":
        assert [row["word"] for row in told] == list(dict.fromkeys(table["word"]))
        assert [row["prediction"] for row in told] == values.tolist()
        return
    assert len(told) == len(table["x0"])
    np.testing.assert_array_equal(
        [[float(row[name]) for name in case.columns] for row in told], np.atleast_2d(values.T).T
    )
    if case.metric == "nearest_right":
        np.testing.assert_allclose(np.linalg.norm(values, axis=1), 1)


def test_evaluate_judges_new_rows_about_as_well(trained: tuple[Case, pl.Run]) -> None:
    case, run = trained
    judged = pl.evaluate(run.model_path, case.table(seed=1))
    assert [score.metric for score in judged.scores] == list(run.test)
    # An embedding is judged among the rows of the new table, of which the network has seen none.
    assert judged.scores[0].value == pytest.approx(run.test[case.metric], abs=0.15)
    if case.metric != "nearest_right":
        rows = np.array([int(row.get("row", row.get("first_row", ""))) for row in held_out(run)])
        assert len(rows) == len(set(rows.tolist()))


def test_record_and_report_tell_the_task(trained: tuple[Case, pl.Run]) -> None:
    case, run = trained
    page = run.report_path.read_text("utf-8")
    assert run.record.task == case.options["task"]
    assert "Better than" in page
    assert "None" not in page
    assert len(held_out(run)) in (run.record.split["test_rows"], run.record.split.get("test_sequences"))


def test_groups_are_never_divided(tmp_path: Path) -> None:
    run = pl.fit(
        unit_tables.queries(),
        target="relevance",
        task="ranking",
        group="query",
        hidden=(4,),
        epochs=1,
        members=1,
        out=tmp_path / "run",
    )
    held = {row["group"] for row in held_out(run)}
    assert run.record.split["test_groups"] == len(held) == 6
    assert len(held_out(run)) == 6 * 15
    column = next(column for column in run.record.columns if column.name == "query")
    assert not column.used and column.reason == "holds the rows of a ranking together"


def test_without_a_group_all_rows_are_put_in_one_order(tmp_path: Path) -> None:
    table = unit_tables.queries()
    del table["query"]
    table["relevance"] = np.abs(table["x0"]) + table["x1"]
    run = pl.fit(table, target="relevance", task="ranking", epochs=8, members=1, **QUICK, out=tmp_path / "run")
    assert run.test["pairs_right"] > run.baselines["linear"]["pairs_right"] > 0.6
    low, high = run.test_interval["pairs_right"]
    assert low is not None and high is not None and low < run.test["pairs_right"] < high


def test_sequences_of_one_group_stay_apart_where_others_lie_between(tmp_path: Path) -> None:
    """Two speakers take turns; one turn has no labels and is left out, so that its neighbours meet in the table."""
    table = unit_tables.words(60)
    names, speaker = table["word"], {}
    for number, name in enumerate(dict.fromkeys(names)):
        speaker[name] = f"s{number % 2 + 2 * (number // 12)}"
    table["word"] = [speaker[name] for name in names]
    table["text"] = [text if name != "w5" else "" for text, name in zip(table["text"], names, strict=True)]
    run = pl.fit(
        table, target="text", task="sequence", group="word", epochs=2, hidden=(8,), out=tmp_path / "run", members=1
    )
    split = run.record.split
    assert split["train_sequences"] + split["test_sequences"] == 59
    assert "B052" in [finding.code for finding in run.findings]
    assert len(run.model.predict(table)) == 60


def test_equal_labels_in_sequence_and_sequences_that_are_too_short_are_counted(tmp_path: Path) -> None:
    table = unit_tables.words(40)
    first = [name == "w0" for name in table["word"]]
    table["text"] = [" ".join("aa" * 20) if own else text for own, text in zip(first, table["text"], strict=True)]
    run = pl.fit(table, target="text", task="sequence", group="word", epochs=1, hidden=(4,), out=tmp_path / "run")
    found = {finding.code: finding for finding in run.findings}
    assert found["B088"].evidence == {"count": 1}


def test_rows_of_no_group_are_left_out_and_counted(tmp_path: Path) -> None:
    table = unit_tables.queries()
    table["query"] = [None if row % 50 == 0 else name for row, name in enumerate(table["query"])]
    run = pl.fit(
        table, target="relevance", task="ranking", group="query", epochs=1, members=1, hidden=(4,), out=tmp_path / "run"
    )
    assert next(finding for finding in run.findings if finding.code == "B085").evidence == {"count": 9}
    assert run.record.split["without_target"] == 9


def test_there_are_no_probabilities(trained: tuple[Case, pl.Run]) -> None:
    case, run = trained
    with pytest.raises(pl.UsageError, match=r"no probabilities|is a number"):
        run.model.predict_proba(case.table())


def test_the_command_line_reaches_sequences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "words.csv", unit_tables.words(40))
    quick = ["--epochs", "2", "--network", "8", "--context", "2", "--out", str(tmp_path / "run")]
    assert main(["fit", str(path), "--task", "sequence", "--target", "text", "--group", "word", *quick]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "text: sequence (40 sequences of" in shown
    assert "label error rate" in shown
    model = str(tmp_path / "run" / "model.safetensors")
    assert main(["evaluate", model, str(path), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["test"]) == {"label_error_rate", "sequences_right"}
    manifest = pl.load(model).manifest
    assert manifest.target_encoding.context == 2
    assert manifest.network.layers[0].numeric == 5 * 5  # type: ignore[union-attr]


def test_the_command_line_reaches_a_reconstruction_without_a_target(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = ["--epochs", "30", "--network", "16", "--drop", "target", "--out", str(tmp_path / "run")]
    assert main(["fit", "sklearn:wine", "--task", "reconstruction", *quick]) == 0
    assert "its own columns: reconstruction" in " ".join(capsys.readouterr().out.split())
    out = tmp_path / "codes.csv"
    assert main(["predict", str(tmp_path / "run" / "model.safetensors"), "sklearn:wine", "-o", str(out)]) == 0
    assert "178 codes in" in capsys.readouterr().err
    assert out.read_text("utf-8").splitlines()[0] == "code0,code1"


REAL: dict[str, tuple[Any, dict[str, Any], str]] = {
    "digits by their labels": ("sklearn:digits", {"target": "target", "task": "embedding"}, "principal"),
    "digits through two values": (
        "sklearn:digits",
        {"task": "reconstruction", "drop": ("target",)},
        "principal",
    ),
    "penguins through two values": (DATA / "penguins.csv", {"task": "reconstruction"}, "principal"),
    "concrete by its strength": (DATA / "concrete.csv", {"target": "strength", "task": "ranking"}, "linear"),
    "letters closer than by their columns": (
        DATA / "letters.csv",
        {"target": "letter", "task": "embedding"},
        "neighbours",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_real_tables_beat_a_plain_rival(name: str, tmp_path: Path) -> None:
    source, options, rival = REAL[name]
    if isinstance(source, Path) and not source.exists():
        pytest.skip(f"{source.name} is not there")
    if isinstance(source, Path):
        lines = source.read_text("utf-8").splitlines(keepends=True)
        source = tmp_path / source.name
        # The first 3 000 rows: of 20 000 letters the nearest by their columns is right nearly as often.
        source.write_text("".join(lines[:3001]), "utf-8")
    run = pl.fit(source, **options, out=tmp_path / "run")
    assert run.comparisons["majority"].verdict == "better"
    assert run.comparisons[rival].verdict == "better"
