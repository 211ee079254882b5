"""From a table to a judged, saved network and back: every file of the run, and the commands that use it."""

import csv
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest
from ponds import QUICK, Finished, pond_rows, write_rows
from safetensors.numpy import load_file

import pellucid as pl
from pellucid.cli.main import main
from pellucid.records import EpochRecord, decode_json


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_run_folder_holds_its_files_and_no_scraps(finished: Finished) -> None:
    assert sorted(path.name for path in finished.folder.iterdir()) == [
        "layers.jsonl",
        "metrics.jsonl",
        "model.safetensors",
        "record.json",
        "replay.json",
        "report.html",
        "test_predictions.csv",
    ]


def test_the_record_tells_what_was_done_and_vouches_for_the_other_files(finished: Finished, pond: Path) -> None:
    record = finished.record
    assert (record.task, record.target, record.classes, record.ended) == ("binary", "bites", ("no", "yes"), "finished")
    assert record.source.sha256 == hashlib.sha256(pond.read_bytes()).hexdigest()
    assert record.source.rows == 160
    assert record.split["train_rows"] + record.split["test_rows"] == 159
    assert [member.epochs for member in record.members] == [4, 4]
    assert {column.name: column.kind for column in record.columns} == {
        "depth": "numeric",
        "warmth": "numeric",
        "bait": "category",
        "bites": "target",
    }
    assert record.command.startswith("pellucid fit ")
    assert record.artifacts == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in finished.folder.iterdir()
        if path.name != "record.json"
    }


def test_every_epoch_of_every_member_has_its_line(finished: Finished) -> None:
    lines = (finished.folder / "metrics.jsonl").read_bytes().splitlines()
    epochs = [decode_json(line, EpochRecord) for line in lines]
    assert sorted((each.member, each.epoch) for each in epochs) == [(m, e) for m in (0, 1) for e in (1, 2, 3, 4)]


def test_json_is_the_promised_document(finished: Finished) -> None:
    document, record = finished.document, finished.record
    assert set(document) == {
        "schema_version",
        "task",
        "rows",
        "test",
        "test_interval",
        "baselines",
        "findings",
        "run",
        "model",
        "report",
        "seconds",
    }
    assert (document["schema_version"], document["task"], document["rows"]) == (1, "binary", 160)
    metrics = {"accuracy", "roc_auc", "log_loss"}
    assert document["test"] == {score.metric: score.value for score in record.test}
    assert set(document["test"]) == set(document["test_interval"]) == metrics
    for metric, (low, high) in document["test_interval"].items():
        assert low <= document["test"][metric] <= high
    assert set(document["baselines"]) == {"majority", "linear", "boosting"}
    assert all(set(values) == metrics for values in document["baselines"].values())
    assert [finding["code"] for finding in document["findings"]] == ["B052"]
    assert all(set(finding) == {"code", "slug", "severity", "message"} for finding in document["findings"])
    assert document["run"] == str(finished.folder)
    assert Path(document["model"]).is_file()
    assert Path(document["report"]).read_bytes().startswith(b"<!DOCTYPE html>")
    assert document["seconds"] == record.seconds["total"] > 0


def test_the_test_predictions_are_the_scores_in_full(finished: Finished) -> None:
    rows = read_rows(finished.folder / "test_predictions.csv")
    table = pond_rows()
    assert len(rows) == finished.record.split["test_rows"]
    assert [row["truth"] for row in rows] == [table[int(row["row"])][3] for row in rows]
    right = sum(row["truth"] == row["prediction"] for row in rows)
    assert right / len(rows) == finished.document["test"]["accuracy"]


def test_the_saved_model_gets_the_records_scores_on_the_records_rows(
    finished: Finished, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pond_rows()
    kept = [table[int(row["row"])] for row in read_rows(finished.folder / "test_predictions.csv")]
    path = write_rows(tmp_path / "kept.csv", [table[0], *kept])
    assert main(["evaluate", str(model), str(path), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["test"] == finished.document["test"]
    assert document["test_interval"] == finished.document["test_interval"]


def test_predict_gives_a_row_for_each_row_whatever_the_columns_order(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pond_rows(40, seed=1)
    plain = write_rows(tmp_path / "plain.csv", table)
    other = [[row[2], "extra" if n == 0 else n, row[1], row[0]] for n, row in enumerate(table)]
    assert main(["predict", str(model), str(plain), "-o", str(tmp_path / "a.csv"), "--proba"]) == 0
    assert capsys.readouterr() == ("", f"40 predictions of bites in {tmp_path / 'a.csv'}\n")
    moved = write_rows(tmp_path / "moved.csv", other)
    assert main(["predict", str(model), str(moved), "-o", str(tmp_path / "b.csv"), "--proba"]) == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    rows = read_rows(tmp_path / "a.csv")
    assert len(rows) == 40
    assert list(rows[0]) == ["prediction", "probability_no", "probability_yes"]
    for row in rows:
        chances = {name: float(row[f"probability_{name}"]) for name in ("no", "yes")}
        assert math.isclose(sum(chances.values()), 1.0)
        assert row["prediction"] == max(chances, key=lambda name: chances[name])


def test_predict_without_a_file_writes_the_table_to_stdout_and_nothing_else(
    model: Path, pond: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["predict", str(model), str(pond)]) == 0
    shown = capfdbinary.readouterr()
    assert shown.out.split(b"\r\n" if b"\r\n" in shown.out else b"\n")[0] == b"prediction"
    assert len(shown.out.splitlines()) == 161
    assert shown.err == b""


def test_categories_that_training_never_saw_are_counted(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pond_rows(20, seed=2)
    for row in table[1:4]:
        row[2] = "cheese"
    path = write_rows(tmp_path / "cheese.csv", table)
    assert main(["predict", str(model), str(path), "-o", str(tmp_path / "out.csv")]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "B066 note bait holds 1 value that the training rows did not ('cheese'), in 3 of 20 rows" in told
    assert len(read_rows(tmp_path / "out.csv")) == 20


def test_one_seed_gives_one_set_of_networks_to_the_last_bit(finished: Finished, pond: Path, tmp_path: Path) -> None:
    settings = {"target": "bites", "members": 2, "epochs": 4, "hidden": (16,)}
    again = pl.fit(pond, **settings, out=tmp_path / "again")
    other = pl.fit(pond, **settings, seed=1, out=tmp_path / "other")
    first, second, third = (
        load_file(folder / "model.safetensors") for folder in (finished.folder, again.path, other.path)
    )
    assert {name: values.tobytes() for name, values in first.items()} == {
        name: values.tobytes() for name, values in second.items()
    }
    assert any(not np.array_equal(first[name], third[name]) for name in first)
    assert again.test == finished.document["test"]


@pytest.mark.parametrize(
    ("source", "said", "metrics"),
    [
        ("sklearn:iris", "multiclass (50 setosa, 50 versicolor, 50 virginica)", "accuracy"),
        ("sklearn:diabetes", "regression (25 to 346, median 140.5)", "RMSE"),
    ],
)
def test_classes_and_numbers_go_the_same_way(
    source: str, said: str, metrics: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", source, "--target", "target", "--out", str(tmp_path / "run"), *QUICK]) == 0
    shown = capsys.readouterr().out
    assert said in " ".join(shown.split())
    assert shown.index(metrics) < shown.index("these networks") < shown.index("gradient boosting")
    assert f"pellucid predict {tmp_path / 'run' / 'model.safetensors'} NEW.csv -o out.csv" in shown


def test_a_run_is_never_overwritten(finished: Finished, pond: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (finished.folder / "record.json").read_bytes()
    assert main(["fit", str(pond), "--target", "bites", "--out", str(finished.folder), *QUICK]) == 2
    assert "holds a run already, and runs are never overwritten" in capsys.readouterr().err
    assert (finished.folder / "record.json").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_refused_before_the_work(
    pond: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", str(pond), "--target", "bites", "--out", str(pond / "run"), *QUICK]) == 2
    shown = capsys.readouterr()
    assert f"as {pond} is no folder to write in. Choose another --out." in shown.err
    assert shown.out == ""


def test_infinities_are_told_once_for_each_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"{'inf' if n == 7 else n % 13},{n % 7},{'inf' if n == 9 else n * 1.5}\n" for n in range(60))
    table = tmp_path / "endless.csv"
    table.write_text("a,b,y\n" + rows)
    assert main(["fit", str(table), "--target", "y", "--out", str(tmp_path / "run"), "--json", *QUICK]) == 0
    found = [each["message"] for each in json.loads(capsys.readouterr().out)["findings"] if each["code"] == "B035"]
    assert found == [
        "y is infinite in 1 of 60 rows; it is left out.",
        "1 value of a is infinite or beyond what can be computed with, and got the nearest training value.",
    ]
