"""``pellucid show``: every list, every entry, one document, pictures, and wrong names."""

import json
from pathlib import Path

import pytest
from PIL import Image

from pellucid.cli.main import main
from pellucid.reference import KINDS

Captured = pytest.CaptureFixture[str]
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def shown(arguments: list[str], capsys: Captured) -> str:
    code = main(["show", *arguments])
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def told(arguments: list[str], capsys: Captured, *, code: int = 2) -> str:
    assert main(["show", *arguments]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@EVERY_KIND
def test_a_list_names_every_entry_and_how_to_see_one(kind, capsys: Captured) -> None:
    text = shown([kind.plural], capsys)
    assert f"{len(kind.registry)} {kind.plural}" in text
    assert [name for name in kind.registry.names() if f"\n  {name} " not in text] == []
    assert f"pellucid show {kind.name} " in text
    assert max(map(len, text.splitlines())) <= 80


@EVERY_KIND
def test_a_list_is_one_document(kind, capsys: Captured) -> None:
    document = json.loads(shown([kind.plural, "--json"], capsys))
    assert document["schema_version"] == 1
    assert document["kind"] == kind.name
    assert [entry["name"] for entry in document["entries"]] == list(kind.registry.names())
    assert all(entry["formula"] and entry["purpose"] and entry["source"] for entry in document["entries"])


@EVERY_KIND
def test_every_entry_is_shown(kind, capsys: Captured) -> None:
    for entry in kind.registry:
        text = shown([kind.name, entry.name], capsys)
        assert text.startswith(f"{entry.name}, a")
        for parameter in entry.parameters:
            assert f"{parameter.name}=" in text
        assert max(map(len, text.splitlines())) <= 80 or " " not in max(text.splitlines(), key=len).strip()


@EVERY_KIND
def test_every_entry_is_one_document(kind, capsys: Captured) -> None:
    for entry in kind.registry:
        document = json.loads(shown([kind.name, entry.name, "--json"], capsys))
        assert document["schema_version"] == 1
        assert (document["kind"], document["name"]) == (kind.name, entry.name)
        assert [each["name"] for each in document["parameters"]] == [each.name for each in entry.parameters]
        figure = document["figure"]
        if figure is not None:
            assert figure["description"]
            assert figure["rows"] and all(len(row) == len(figure["columns"]) for row in figure["rows"])


@EVERY_KIND
def test_a_picture_is_drawn_for_each_kind(kind, tmp_path: Path, capsys: Captured) -> None:
    if kind.figure is None:
        assert "nothing to draw" in told([kind.name, kind.registry.names()[0], "--plot", "x.png"], capsys)
        return
    path = tmp_path / "picture.png"
    text = shown([kind.name, kind.registry.names()[0], "--plot", str(path)], capsys)
    assert f"Drawn: {path}" in text
    with Image.open(path) as image:
        image.load()
        assert image.info["Description"]


def test_the_singular_without_a_name_is_the_list_and_the_british_spelling_is_understood(capsys: Captured) -> None:
    assert shown(["surface"], capsys) == shown(["surfaces"], capsys)


def test_numbers_are_taken_in_the_choice(capsys: Captured) -> None:
    document = json.loads(shown(["surface", "valley(condition=100)", "--json"], capsys))
    assert document["choice"] == "valley(condition=100)"
    (parameter,) = document["parameters"]
    assert (parameter["value"], parameter["default"], parameter["low"]) == (100.0, 25.0, 1.0)
    # ½(2² + 100·0.8²) = 34.
    assert document["figure"]["rows"][0][3] == pytest.approx(34.0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["surfac"], "There is no list 'surfac'. Did you mean 'surfaces'?"),
        (["saddle"], "'saddle' is one of the surfaces. See it with: pellucid show surface saddle"),
        (["surface", "vally"], "There is no surface 'vally'. Did you mean 'valley'?"),
        (["surface", "valley(cond=3)"], "There is no parameter of valley 'cond'. Did you mean 'condition'?"),
        (["surface", "valley(condition=0)"], "valley needs 1 ≤ condition ≤ 1e+06, found valley(condition=0)."),
        (["surface", "valley", "--plot", "x.gif"], "A picture is drawn as .png or .svg, and x.gif ends in .gif."),
        (["surfaces", "--plot", "x.png"], "--plot needs one surface, not the list: pellucid show surface bowl"),
        ([], "WHAT is missing. activations, losses"),
    ],
)
def test_a_wrong_question_is_answered_in_a_sentence(arguments: list[str], sentence: str, capsys: Captured) -> None:
    assert told(arguments, capsys).startswith(sentence)


def test_a_failure_is_one_document_too(capsys: Captured) -> None:
    assert main(["show", "surface", "vally", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["exit_code"], error["suggestion"]) == (2, "valley")


def test_without_matplotlib_the_surroundings_are_at_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    sentence = told(["surface", "bowl", "--plot", str(tmp_path / "bowl.png")], capsys, code=5)
    assert "pip install 'pellucid[plots]'" in sentence
    assert not list(tmp_path.iterdir())
