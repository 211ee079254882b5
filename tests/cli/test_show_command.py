"""``pellucid show``: every list, every entry, one document, pictures, and wrong names."""

import json
from pathlib import Path

import pytest
from PIL import Image

import pellucid
from pellucid.cli.layout import cells
from pellucid.cli.main import main
from pellucid.reference import KINDS, find_kind

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
    assert max(map(cells, text.splitlines())) <= 80


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
        assert max(map(cells, text.splitlines())) <= 80 or " " not in max(text.splitlines(), key=cells).strip()


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


@pytest.mark.parametrize(
    ("word", "plural"),
    [
        ("surface", "surfaces"),
        ("optimisers", "optimizers"),
        ("Optimiser", "optimizers"),
        ("initialiser", "initializers"),
        ("regularisation", "penalties"),
        ("loss", "losses"),
    ],
)
def test_the_singular_without_a_name_is_the_list_and_the_british_spelling_is_understood(
    word: str, plural: str, capsys: Captured
) -> None:
    assert shown([word], capsys) == shown([plural], capsys)


def test_every_list_has_a_name_at_the_front_door() -> None:
    """pl.activation and its like, with .names(); a choice becomes one with its numbers."""
    for plural in ("activations", "losses", "optimizers", "schedules", "penalties", "initializers"):
        kind = find_kind(plural)
        registry = getattr(pellucid, kind.name)
        assert registry is kind.registry
        assert registry.names()
    assert str(pellucid.loss("huber", delta=0.5)) == "huber(delta=0.5)"


def test_an_optimizer_walks_where_and_as_far_as_it_is_asked_to(capsys: Captured) -> None:
    asked = ["optimizer", "momentum", "--surface", "bowl", "--lr", "0.1", "--steps", "7", "--json"]
    figure = json.loads(shown(asked, capsys))["figure"]
    assert (figure["facts"]["surface"], figure["facts"]["lr"], figure["facts"]["steps"]) == ("bowl", 0.1, 7)
    assert figure["rows"][-1][0] == 7


def test_a_schedule_runs_as_long_as_it_is_asked_to(capsys: Captured) -> None:
    figure = json.loads(shown(["schedule", "cosine", "--epochs", "12", "--json"], capsys))["figure"]
    assert (figure["facts"]["epochs"], figure["rows"][-1][0]) == (12, 12)


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
        (["surface", "valley", "--plot", "x.gif"], "A picture is drawn as .png, .svg or .pdf, and x.gif ends in .gif."),
        (["surfaces", "--plot", "x.png"], "--plot needs one surface, not the list: pellucid show surface bowl"),
        ([], "WHAT is missing. activations, losses"),
        (["activation", "gellu"], "There is no activation 'gellu'. Did you mean 'gelu'?"),
        (["huber"], "'huber' is one of the losses. See it with: pellucid show loss huber"),
        (["l1"], "'l1' is one of the losses and penalties. See it with: pellucid show loss l1"),
        (["loss", "huber", "--epochs", "3"], "--epochs belongs to schedules and not to losses. Leave it out."),
        (["schedule", "cosine", "--lr", "3"], "--lr belongs to optimizers and not to schedules. Leave it out."),
        (["optimizer", "adam", "--surface", "bowll"], "There is no surface 'bowll'. Did you mean 'bowl'?"),
        (["optimizer", "adam", "--steps", "0"], "A path needs at least one step, found --steps 0."),
        (["schedule", "cosine", "--epochs", "0"], "A run needs at least one epoch, found --epochs 0."),
        (["penalty", "dropout", "--plot", "x.png"], "There is nothing to draw for the penalty dropout."),
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


def test_what_a_sheet_says_stands_in_one_column(capsys: Captured) -> None:
    lines = shown(["activation", "gelu"], capsys).splitlines()
    told = {"formula": "x·Φ", "zero-centred": "yes", "at the output only": "no", "source": "Hendrycks"}
    (at,) = {line.index(word) for name, word in told.items() for line in lines if line.startswith(f"  {name} ")}
    assert at == len("  at the output only  ")
