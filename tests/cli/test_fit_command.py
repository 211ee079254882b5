"""``pellucid fit`` from its options to its output, with the job itself replaced by one that only reports."""

import inspect
import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import shared_options
from handwritten_records import record, summary

from pellucid.cli.main import main
from pellucid.experiments import Run
from pellucid.experiments.watching import Watcher
from pellucid.jobs import fit


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the job was asked for; it tells its watcher of a run of two epochs."""
    kept: dict[str, Any] = {}

    def job(source: Any, *, watcher: Watcher, **options: Any) -> Run:
        kept.update(options, source=source)
        watcher.data_ready(summary())
        watcher.training_started("8 networks 11-64-64-2, gelu, AdamW", 2)
        watcher.epoch_done(1, 2)
        watcher.epoch_done(2, 2)
        watcher.training_ended("best epochs 1 to 2", 2.9)
        return Run(Path("runs/titanic-7f3a"), record())

    monkeypatch.setattr("pellucid.jobs.fit", job)
    return kept


def test_results_go_to_stdout_and_the_passing_to_stderr(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "titanic.csv", "--target", "Survived"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("titanic.csv  891 rows × 12 columns → Survived: binary")
    assert "\nOn 179 rows that nothing has seen:\n" in shown.out
    assert shown.err == "\n  8 networks 11-64-64-2, gelu, AdamW: best epochs 1 to 2, 2.9 s\n"


def test_without_a_terminal_there_is_no_colour_and_no_bar(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "titanic.csv", "--target", "Survived"]) == 0
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err
    assert "\r" not in shown.out + shown.err


def test_json_prints_exactly_one_document(asked: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "titanic.csv", "--target", "Survived", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {
        "schema_version": 1,
        "task": "binary",
        "rows": 891,
        "test": {"accuracy": 0.827, "roc_auc": 0.871, "log_loss": 0.412},
        "test_interval": {"accuracy": [0.77, 0.88], "roc_auc": [None, None], "log_loss": [None, None]},
        "baselines": {
            "majority": {"accuracy": 0.615, "roc_auc": 0.5, "log_loss": 0.666},
            "linear": {"accuracy": 0.799, "roc_auc": 0.848, "log_loss": 0.448},
            "boosting": {"accuracy": 0.821, "roc_auc": 0.862, "log_loss": 0.447},
        },
        "findings": [
            {"code": each.code, "slug": each.slug, "severity": each.severity.value, "message": each.message}
            for each in record().findings
        ],
        "run": "runs/titanic-7f3a",
        "model": "runs/titanic-7f3a/model.safetensors",
        "report": "runs/titanic-7f3a/report.html",
        "seconds": 2.9,
    }


@pytest.mark.parametrize("order", ["--order low,mid,high", "--order low --order mid --order high"])
def test_an_order_is_given_at_once_or_class_by_class(order: str, asked: dict[str, Any]) -> None:
    assert main(f"fit t.csv --target size {order}".split()) == 0
    assert asked["order"] == ("low", "mid", "high")


def test_every_option_reaches_the_job(asked: dict[str, Any]) -> None:
    arguments = (
        "fit t.csv --target y --target z --task regression --group q --code 3 --context 2 "
        f"{shared_options.WORDS} --members 3 --test-size 0.3 --out runs/x"
    )
    assert main(arguments.split()) == 0
    assert asked == {
        "source": "t.csv",
        "target": ["y", "z"],
        "task": "regression",
        "group": "q",
        "code": 3,
        "context": 2,
        **shared_options.ASKED,
        "members": 3,
        "test_size": 0.3,
        "out": Path("runs/x"),
        "command": shlex.join(["pellucid", *arguments.split()]),
    }


def test_what_is_not_asked_for_is_left_to_the_recipe(asked: dict[str, Any]) -> None:
    assert main(["fit", "t.csv", "--target", "y"]) == 0
    own = {name: each.default for name, each in inspect.signature(fit).parameters.items() if name != "watcher"}
    own |= {"source": "t.csv", "target": ["y"], "express": {}, "command": "pellucid fit t.csv --target y"}
    assert asked == own


def test_every_choice_of_the_job_has_an_option(asked: dict[str, Any]) -> None:
    assert main(["fit", "t.csv", "--target", "y"]) == 0
    assert set(asked) == set(inspect.signature(fit).parameters) - {"watcher"}


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (["income"], "takes a column and a re-expression, such as income=log, and was given 'income'"),
        (["=log"], "was given '=log'"),
        (["income="], "was given 'income='"),
        (["a=log", "a=sqrt"], "names the column 'a' twice"),
    ],
)
def test_a_re_expression_that_names_no_column_or_form_is_refused(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str], pairs: list[str], message: str
) -> None:
    given = [word for pair in pairs for word in ("--express", pair)]
    assert main(["fit", "t.csv", "--target", "y", *given]) == 2
    assert message in capsys.readouterr().err
    assert not asked


def test_a_column_may_bear_the_signs_of_a_re_expression(asked: dict[str, Any]) -> None:
    given = {"a=b": "log", "f(x)": "sqrt", "p (in %)": "min_max(start=-1, end=1)"}
    words = [word for name, form in given.items() for word in ("--express", f"{name}={form}")]
    assert main(["fit", "t.csv", "--target", "y", *words]) == 0
    assert asked["express"] == given
