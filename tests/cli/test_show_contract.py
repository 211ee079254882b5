"""``pellucid show contract``: the whole table, one kind of target, one loss, one document."""

import json

import pytest

from pellucid.cli.layout import cells
from pellucid.cli.main import main
from pellucid.objectives import LOSSES, contract_rows
from pellucid.records import TARGET_TASKS

Captured = pytest.CaptureFixture[str]


def shown(arguments: list[str], capsys: Captured) -> str:
    code = main(["show", "contract", *arguments])
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def test_the_table_names_every_kind_of_target_with_its_own_loss(capsys: Captured) -> None:
    text = shown([], capsys)
    assert text.startswith("13 kinds of target")
    for row in contract_rows():
        if row["automatic"]:
            assert f"\n  {row['task']} " in text
            assert f" {row['loss']}: " in text
    assert "also l1, huber, smooth_l1, log_cosh, quantile, poisson_nll," in text
    assert max(map(cells, text.splitlines())) <= 80


def test_the_document_is_the_table(capsys: Captured) -> None:
    document = json.loads(shown(["--json"], capsys))
    assert (document["schema_version"], document["kind"]) == (1, "contract")
    assert document["rows"] == json.loads(json.dumps(contract_rows()))
    assert len(document["rows"]) == len(TARGET_TASKS) * len(LOSSES)


@pytest.mark.parametrize("task", TARGET_TASKS)
def test_one_target_has_every_loss_either_allowed_or_refused_with_a_rule(task: str, capsys: Captured) -> None:
    text = shown([task], capsys)
    assert text.startswith(f"{task}, a kind of target\n")
    words = set(text.replace(",", " ").split())
    assert [name for name in LOSSES.names() if name not in words] == []
    rows = [row for row in contract_rows() if row["task"] == task]
    assert all(f"  {row['code']} {row['slug']}\n" in text for row in rows if not row["allowed"])
    assert max(map(cells, text.splitlines())) <= 80
    if task not in LOSSES:
        assert text.count(" (auto)") == 1
        assert {row["task"] for row in json.loads(shown([task, "--json"], capsys))["rows"]} == {task}


@pytest.mark.parametrize("loss", LOSSES.names())
def test_one_loss_has_every_target(loss: str, capsys: Captured) -> None:
    text = shown([loss], capsys)
    assert f"{loss}, a loss\n" in text
    assert [task for task in TARGET_TASKS if f"  {task}" not in text] == []


def test_what_names_a_target_and_a_loss_shows_both(capsys: Captured) -> None:
    text = shown(["quantile"], capsys)
    assert text.startswith("quantile, a kind of target\n")
    assert "\nquantile, a loss\n" in text


def test_an_alias_of_a_loss_and_letter_case_do(capsys: Captured) -> None:
    assert shown(["MSELoss"], capsys) == shown(["mse"], capsys)
    assert shown(["Binary"], capsys) == shown(["binary"], capsys)


@pytest.mark.parametrize(("word", "task"), [("embedding", "triplets"), ("Autoencoder", "reconstruction")])
def test_the_name_of_a_job_shows_the_targets_that_it_learns_from(word: str, task: str, capsys: Captured) -> None:
    assert shown([word], capsys) == shown([task], capsys)


def test_the_mistakes_of_beginners_are_there_with_their_rules(capsys: Captured) -> None:
    text = " ".join(shown(["multiclass"], capsys).split())
    assert "L110 regression-loss-on-classes mse, l1," in text
    assert "L111 wrong-head-for-labels" in text
    assert 'What fits: pl.Recipe(loss="cross_entropy")' in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["binari"], "There is no target or loss 'binari'. Did you mean 'binary'?"),
        (["--plot", "x.png"], "--plot does not belong to the contract. Leave it out."),
        (["binary", "--lr", "1"], "--lr does not belong to the contract. Leave it out."),
    ],
)
def test_a_wrong_question_is_answered_in_a_sentence(arguments: list[str], sentence: str, capsys: Captured) -> None:
    assert main(["show", "contract", *arguments]) == 2
    assert capsys.readouterr().err.startswith(sentence)
