"""``pellucid explain``: from a sketch or a saved model to a screen, a file, or a sentence that says what to do."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from pellucid.cli.main import main
from pellucid.jobs import fit
from pellucid.records import PassRecord

SKETCH = ["explain", "--network", "2-3-1", "--x", "0.5,-1", "--y", "1"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder, and beside it the table that it was made from."""
    folder = tmp_path_factory.mktemp("runs")
    draw = np.random.default_rng(0)
    x = draw.normal(size=(60, 2))
    rows = [f"{a:.4f},{b:.4f},{'yes' if a > b else 'no'}" for a, b in x]
    table = folder / "table.csv"
    table.write_text("left,right,wins\n" + "\n".join(rows) + "\n")
    fit(table, target="wins", recipe="plain", hidden=(3,), epochs=2, out=folder / "run")
    return folder / "run"


def test_a_sketch_is_told_on_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SKETCH, "--activation", "tanh", "--optimizer", "adam", "--lr", "0.01"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("2-3-1, tanh · bce_with_logits · adam(lr=0.01) · loss 0.")
    for part in ("forward", "loss", "backward", "update", "what stands out"):
        assert f"\n{part}\n" in shown
    assert "\n    m ← β₁·m + (1 − β₁)·g = 0.9·0 + (1 − 0.9)·" in shown
    assert "Matches autograd: largest difference" in shown
    assert "Matches the trainer's own update: largest difference" in shown
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 80 + 2  # marks above letters take no cell


def test_exercise_seven_says_that_nothing_moves(capsys: pytest.CaptureFixture[str]) -> None:
    """The gradient is −e⁻⁷²⁰ times what stands behind it; float32 makes it 0."""
    given = ["--network", "5-3-2-1", "--activation", "relu", "--output-activation", "sigmoid", "--loss", "bce"]
    numbers = ["--weights", "2", "--no-bias", "--x", "5,4,1,3,2", "--y", "1", "--lr", "0.2"]
    assert main(["explain", *given, *numbers]) == 0
    shown = capsys.readouterr().out
    assert "= −2.032·10⁻³¹³" in shown
    assert "in float32 0" in shown
    assert "[T602]" in shown


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("text", "2-3-1, tanh"),
        ("markdown", "# 2-3-1, tanh"),
        ("latex", "\\documentclass{article}"),
        ("html", "<!DOCTYPE html>"),
        ("json", "{"),
    ],
)
def test_every_format_is_written(form: str, start: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SKETCH, "--format", form]) == 0
    assert capsys.readouterr().out.startswith(start)


def test_json_is_the_whole_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SKETCH, "--json", "--names", "age,income"]) == 0
    record = msgspec.json.decode(capsys.readouterr().out, type=PassRecord)
    assert record.inputs == ("age", "income")
    assert {stage.phase for stage in record.stages} == {"forward", "loss", "backward", "update"}


@pytest.mark.parametrize("name", ["pass.html", "pass.md", "pass.tex", "pass.json", "pass.txt", "pass"])
def test_a_file_is_written_in_the_format_of_its_name(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SKETCH, "-o", str(tmp_path / name)]) == 0
    shown = capsys.readouterr()
    starts = {".html": "<!DOCTYPE", ".md": "# ", ".tex": "\\documentclass", ".json": "{"}
    assert (tmp_path / name).read_text().startswith(starts.get(Path(name).suffix, "2-3-1"))
    assert shown.out == ""
    assert f"in {tmp_path / name}" in shown.err


def test_several_rows_and_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SKETCH, "--x", "1,2", "--y", "0", "--row", "1", "--steps", "2"]) == 0
    shown = capsys.readouterr().out
    assert "(mean over 2 rows)" in shown.replace("\n", " ")
    assert "\nforward, step 2\n" in shown
    assert "    x₁ = 1\n" in shown


def test_the_seed_draws_the_weights(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for seed in ("0", "0", "1"):
        assert main([*SKETCH, "--seed", seed]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] != told[2]


def test_a_row_of_the_runs_own_table(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(run), "--row", "3"]) == 0
    of_folder = capsys.readouterr().out
    assert main(["explain", str(run / "model.safetensors"), str(run.parent / "table.csv"), "--row", "3"]) == 0
    assert capsys.readouterr().out == of_folder
    assert "left" in of_folder
    assert "mean over" not in of_folder
    assert "Matches autograd" in of_folder


def test_each_network_of_a_model(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    losses = []
    for member in ("0", "1"):
        assert main(["explain", str(run), "--member", member, "--json"]) == 0
        losses.append(json.loads(capsys.readouterr().out)["value"])
    assert losses[0] != losses[1]


def test_a_table_that_has_changed_since_is_not_taken_for_the_runs_own(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads((run / "record.json").read_text())
    copy = tmp_path / "run"
    copy.mkdir()
    (copy / "model.safetensors").write_bytes((run / "model.safetensors").read_bytes())
    assert main(["explain", str(copy)]) == 2
    assert "stands in no run folder" in capsys.readouterr().err
    other = tmp_path / "table.csv"
    other.write_text("left,right,wins\n1,2,no\n")
    record["source"]["path"] = str(other)
    (copy / "record.json").write_text(json.dumps(record))
    assert main(["explain", str(copy)]) == 3
    assert "has changed since the run" in capsys.readouterr().err
    other.unlink()
    assert main(["explain", str(copy)]) == 2
    assert "is no longer there. Name the table: pellucid explain" in capsys.readouterr().err
    (copy / "record.json").write_text("{}")
    assert main(["explain", str(copy)]) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "What shall be explained? Name a model"),
        (["--network", "2-3-1"], "--x is missing."),
        (["--network", "two", "--x", "1", "--y", "1"], "A network is written as its widths"),
        (["--network", "2-3-1", "--x", "1,a", "--y", "1"], "--x takes numbers with commas"),
        (["--network", "2-3-1", "--x", "1,2,3", "--y", "1"], "The network 2-3-1 has 2 inputs"),
        (["--network", "2-3-1", "--x", "1,2"], "y is missing."),
        (["--network", "2-3-1", "--x", "1,2", "--y", "1", "--names", "a"], "--names names 1 inputs"),
        (["--network", "2-3-1", "--x", "1,2", "--y", "1", "--format", "xml"], "There is no format 'xml'."),
        (["--network", "2-3-1", "--x", "1,2", "--y", "1", "--json", "--format", "html"], "--json and --format html"),
        (["--network", "2-3-1", "--x", "1,2", "--y", "1", "--format", "html", "-o", "a.tex"], "--out a.tex asks for"),
        (["--network", "2-3-1", "--x", "1,2", "--y", "1", "--member", "1"], "--member belongs to a saved MODEL."),
        (["--network", "2-3-1", "--x", "1,2", "--y", "1", "--row", "4"], "row counts from 0 to 0"),
        (["--network", "2-3-1", "--x", "1,2", "--y", "1", "--steps", "0"], "steps lies between 1 and 100"),
        (["--network", "2-3-1", "--x", "1,2", "--y", "1", "--optimizer", "adm"], "There is no optimizer 'adm'."),
        (
            ["--network", "2-3-1", "--x", "1,2", "--y", "1", "--optimizer", "adam(lr=1)", "--lr", "2"],
            "--optimizer adam(lr=1) has a learning rate already",
        ),
        (["run", "--network", "2-3-1"], "MODEL (run) and --network 2-3-1 are two networks."),
        (["run", "--x", "1"], "--x belongs to --network."),
        (["run", "--no-bias"], "--bias belongs to --network."),
        (["run", "--seed", "0"], "--seed belongs to --network."),
    ],
)
def test_what_does_not_make_sense_is_refused_in_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", *arguments]) in (2, 3)
    shown = capsys.readouterr()
    assert shown.err.startswith(sentence)
    assert "Traceback" not in shown.err


def test_a_folder_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SKETCH, "-o", str(tmp_path)]) == 2
    assert "wants a file" in capsys.readouterr().err
