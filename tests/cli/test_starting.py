"""Help and usage errors: at once, in plain words, with the nearest name."""

import subprocess
import sys

import pytest

from pellucid.cli.main import main

HEAVY = (
    "torch",
    "numpy",
    "sklearn",
    "duckdb",
    "pandas",
    "polars",
    "pyarrow",
    "scipy",
    "narwhals",
    "rich",
    "matplotlib",
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["fit", "--help"],
        ["compare", "--help"],
        ["predict", "--help"],
        ["evaluate", "--help"],
        ["show", "--help"],
        ["explain", "--help"],
        ["run", "--help"],
        ["check", "--help"],
        ["rule", "--help"],
        ["--version"],
        ["fit"],
    ],
)
def test_help_and_usage_errors_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from pellucid.cli.main import main; "
        f"main({arguments!r}); print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["fit", "--help"],
        ["compare", "--help"],
        ["predict", "--help"],
        ["evaluate", "--help"],
        ["show", "--help"],
        ["explain", "--help"],
        ["run", "--help"],
        ["check", "--help"],
        ["rule", "--help"],
    ],
)
def test_help_does_not_wait_for_pydantic(arguments: list[str]) -> None:
    code = f"import sys; from pellucid.cli.main import main; main({arguments!r}); print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fit", "table.csv", "--targt", "y"], "There is no option --targt. Did you mean --target?"),
        (["predict", "m", "t", "--prob"], "There is no option --prob. Did you mean --proba?"),
        (["fit", "table.csv"], "--target is missing. The column to predict."),
        (["predict"], "MODEL is missing. A model.safetensors that fit wrote."),
        (["fit", "table.csv", "--target"], "--target needs a value after it."),
        (["fit", "table.csv", "--target", "y", "--lr", "x"], "--lr does not take this value: it should be a valid"),
        (["fit", "table.csv", "--target", "y", "--network", "64,x"], "--network takes the widths of the hidden layers"),
        (["fitt"], "There is no command 'fitt'. Did you mean 'fit'?"),
        ([], "Usage: pellucid"),
    ],
)
def test_a_usage_error_is_one_sentence_with_the_way_out(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(sentence)
    assert shown.out == ""


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "pellucid 0.1.0\n"


def test_help_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "--help"]) == 0
    shown = capsys.readouterr()
    assert "--no-header" in shown.out
    assert shown.err == ""


def test_the_package_runs_as_the_command() -> None:
    def told(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "pellucid", *arguments], capture_output=True, text=True, check=False
        )

    assert told("--version").stdout.startswith("pellucid ")
    wrong = told("fti")
    assert wrong.returncode == 2 and "fti" in wrong.stderr and "Traceback" not in wrong.stderr
