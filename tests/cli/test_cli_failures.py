"""Every ending has a sentence and an exit code; a traceback goes to a file."""

import errno
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pellucid.cli.failures import failure_of
from pellucid.cli.main import main
from pellucid.errors import (
    ContractError,
    DataError,
    ModelFileError,
    SurroundingsError,
    TrainingError,
    UnknownColumnError,
    UnknownNameError,
    UsageError,
)

Raise = Callable[[BaseException], None]


@pytest.fixture
def evaluate_raises(monkeypatch: pytest.MonkeyPatch) -> Raise:
    """Make ``pellucid evaluate`` raise something, without the rooms behind it."""

    def prepare(error: BaseException) -> None:
        def job(*arguments: object, **options: object) -> None:
            raise error

        monkeypatch.setattr("pellucid.jobs.evaluate", job)

    return prepare


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("--lr must be above 0."), 2),
        (UnknownNameError("activation", "rellu", ["relu", "gelu"]), 2),
        (DataError("The table is empty.", code="B001"), 3),
        (UnknownColumnError("Surived", ["Survived", "Sex"], "titanic.csv"), 3),
        (TrainingError("Every member diverged."), 4),
        (SurroundingsError("The disk is full."), 5),
        (ModelFileError("m.safetensors", "it is cut short."), 6),
    ],
)
def test_our_own_errors_end_with_their_message_and_code(
    error: Exception, code: int, evaluate_raises: Raise, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate_raises(error)
    assert main(["evaluate", "m", "t"]) == code
    shown = capsys.readouterr()
    assert shown.err == f"{error}\n"
    assert shown.out == ""


def test_a_name_in_a_message_cannot_steer_the_terminal(
    evaluate_raises: Raise, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate_raises(UnknownColumnError("y", ["\x1b[2Jx"], "t.csv"))
    assert main(["evaluate", "m", "t"]) == 3
    assert capsys.readouterr().err == "There is no column 'y' in t.csv.\nColumns: \\x1b[2Jx\n"


def test_a_program_gets_the_error_as_one_document(evaluate_raises: Raise, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate_raises(UnknownColumnError("Surived", ["Survived"], "titanic.csv"))
    assert main(["evaluate", "m", "t", "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["schema_version"] == 1
    assert document["error"]["exit_code"] == 3
    assert document["error"]["code"] == "B051"
    assert document["error"]["suggestion"] == "Survived"
    assert document["error"]["message"].startswith("There is no column 'Surived' in titanic.csv.")


def test_a_bug_is_one_sentence_and_its_traceback_a_file(
    evaluate_raises: Raise, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate_raises(ZeroDivisionError("division by zero"))
    assert main(["evaluate", "m", "t"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("This is a bug in Pellucid, not your mistake (ZeroDivisionError: division by zero).")
    assert told.count("\n") == 1
    found = re.search(r"with this file: (\S+)", told)
    assert found
    path = Path(found[1])
    try:
        assert "Traceback (most recent call last)" in path.read_text("utf-8")
    finally:
        path.unlink()


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (KeyboardInterrupt(), 130, "Stopped; nothing was kept."),
        (MemoryError(), 5, "The memory ran out."),
        (OSError(errno.ENOSPC, "No space left on device"), 5, "The disk could not be written: No space left"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_surroundings_and_interruptions_have_codes_of_their_own(error: BaseException, code: int, sentence: str) -> None:
    failure = failure_of(error)
    assert failure.exit_code == code
    assert failure.sentence.startswith(sentence)


def test_ctrl_c_before_training_ends_with_130(evaluate_raises: Raise, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate_raises(KeyboardInterrupt())
    assert main(["evaluate", "m", "t"]) == 130
    assert capsys.readouterr().err.startswith("Stopped")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    ("redirections", "code"),
    [
        ("2> /dev/full", 3),
        ("--json > /dev/full", 3),
        ("2>&-", 3),
        (">&- --json", 3),
        ("> /dev/full 2> /dev/full --json", 3),
    ],
)
def test_where_nothing_can_be_written_the_exit_code_still_tells(redirections: str, code: int, tmp_path: Path) -> None:
    """The file is missing, and the stream that would say so is full or closed."""
    command = f"{shlex.quote(sys.executable)} -m pellucid.cli.main fit missing.csv --target y {redirections}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr
    assert "bug" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("recipe", "shown"),
    [
        ('pl.Recipe(loss="bce_with_logits")', "Use --loss bce_with_logits."),
        ('pl.Recipe(loss="quantile(levels=[0.1, 0.9])")', 'Use --loss "quantile(levels=[0.1, 0.9])".'),
        ('pl.Recipe(class_weight="balanced")', "Use --class-weight balanced."),
        ("pl.Recipe(outputs=3)", "Use pl.Recipe(outputs=3)."),
    ],
)
def test_the_recipe_that_fits_is_offered_as_an_option(recipe: str, shown: str) -> None:
    failure = failure_of(ContractError("L110", "It does not fit.", recipe=recipe))
    assert failure.sentence == f"Rule L110 (regression-loss-on-classes): It does not fit. {shown}"
    assert failure.exit_code == 2
    assert failure.detail == {"code": "L110", "slug": "regression-loss-on-classes", "recipe": recipe}
