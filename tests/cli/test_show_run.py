"""``pellucid show run``: what there is to be seen of a run, several pictures at once, and wrong questions."""

import json
from pathlib import Path

import pytest
from made_up_comparisons import comparison_curves, comparison_record
from made_up_runs import epoch_records, run_record

from pellucid.cli.layout import cells
from pellucid.cli.main import main
from pellucid.records import encode_json, encode_lines

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run and a comparison below runs/."""
    monkeypatch.chdir(tmp_path)
    record, compared = run_record(), comparison_record("names")
    for name, files in (
        (
            "titanic-7f3a",
            {"record.json": encode_json(record), "metrics.jsonl": encode_lines(epoch_records(record.members))},
        ),
        (
            "kinds",
            {"comparison.json": encode_json(compared), "curves.jsonl": encode_lines(comparison_curves(compared))},
        ),
    ):
        (Path("runs") / name).mkdir(parents=True)
        for file, content in files.items():
            (Path("runs") / name / file).write_bytes(content)


def test_a_run_alone_tells_its_result_and_which_figures_it_can_have(capsys: Captured) -> None:
    assert main(["show", "run", "titanic-7f3a"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("runs/titanic-7f3a\ntitanic.csv → Survived: binary, 8 networks 14-64-64-2, gelu.")
    can, cannot = text.split("cannot\n")
    assert "\n  curves " in can and "\n  confusion " in can
    assert "\n  fit " in f"\n{cannot}" and "\n  roc " in f"\n{cannot}" and "no test_predictions.csv" in cannot
    assert "pellucid show run runs/titanic-7f3a --plot curves.png confusion.png" in text
    assert max(map(cells, text.splitlines())) <= 80


def test_several_files_are_drawn_and_their_stems_say_what(capsys: Captured) -> None:
    assert main(["show", "run", "titanic-7f3a", "--plot", "curves.png", "pictures/confusion.svg"]) == 0
    text = capsys.readouterr().out
    assert "Drawn: curves.png" in text and "Drawn: pictures/confusion.svg" in text
    assert "rows get their own class" in text
    assert Path("curves.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in Path("pictures/confusion.svg").read_text("utf-8")
    assert main(["show", "run", "kinds", "--plot", "comparison.svg", "--plot", "critical-difference.svg"]) == 0
    assert Path("comparison.svg").exists() and Path("critical-difference.svg").exists()


def test_it_is_one_document(capsys: Captured) -> None:
    assert main(["show", "run", "titanic-7f3a", "--plot", "confusion.svg", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["schema_version"], document["task"]) == (1, "binary")
    assert document["figures"]["curves"] == {"shows": "losses and errors by epoch", "why_not": None}
    assert document["figures"]["path"]["why_not"].startswith("It is a run of fit")
    (drawn,) = document["drawn"]
    assert (drawn["name"], drawn["file"], drawn["columns"][0]) == ("confusion", "confusion.svg", "class")
    assert drawn["rows"] and drawn["description"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run"], "Which run? Name its folder: pellucid show run runs/titanic-7f3a"),
        (["run", "titanic-7f3"], "There is no run 'titanic-7f3'. Did you mean 'titanic-7f3a'?"),
        (["run", "kinds", "--plot", "rok.png"], "There is no figure of a run called 'rok'. Did you mean 'roc'?"),
        (["run", "kinds", "--plot", "path.png"], "runs/kinds cannot have the figure path. Not one number alone was"),
        (["run", "kinds", "--plot", "comparison.gif"], "A picture is drawn as .png, .svg or .pdf"),
        (["run", "kinds", "curves.png"], "What is 'curves.png'? Files to draw come after --plot"),
        (["run", "kinds", "--lr", "3"], "--lr does not belong to a run. Leave it out."),
        (["run", "kinds", "--fill", "plane"], "--fill belongs to --plot boundary.png. Leave it out."),
        (["loss", "huber", "--plot", "a.png", "b.png"], "Only a run has several figures, found --plot a.png b.png."),
        (["loss", "huber", "--columns", "a,b"], "--columns belongs to the boundary of a run. Leave it out."),
    ],
)
def test_a_wrong_question_is_answered_in_a_sentence(arguments: list[str], sentence: str, capsys: Captured) -> None:
    assert main(["show", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith(sentence)


def test_a_wrong_figure_among_right_ones_leaves_no_file(capsys: Captured) -> None:
    assert main(["show", "run", "titanic-7f3a", "--plot", "curves.png", "fit.png"]) == 2
    assert not Path("curves.png").exists()
