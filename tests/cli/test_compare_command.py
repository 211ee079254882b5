"""``pellucid compare`` from its options to its output, with the job itself replaced by one that only reports."""

import inspect
import json
import shlex
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pytest
import shared_options
from handwritten_comparisons import comparison, interrupted
from handwritten_records import summary
from terminals import a_terminal

from pellucid.cli.compare import command_again
from pellucid.cli.compare_progress import ComparisonScreen
from pellucid.cli.layout import Ink
from pellucid.cli.main import main
from pellucid.experiments.compare.comparison import Comparison, MovingPicture
from pellucid.experiments.compare.watching import ComparisonWatcher, PlanSummary
from pellucid.jobs import compare
from pellucid.records import ComparisonRunRecord, DroppedRecord, Recipe, RungRecord

WORDS = ["compare", "titanic.csv", "--target", "Survived", "--vary", "activation=gelu,relu"]
Job = Callable[..., dict[str, Any]]


def plan(**changes: Any) -> PlanSummary:
    fields = {
        "variants": 4, "seeds": 10, "folds": 5, "scheme": "stratified", "networks": 200, "done": 0,
        "metric": "accuracy", "memory": 29_104_272, "folder": "runs/titanic-7f3a",
    }  # fmt: skip
    return PlanSummary(**{**fields, **changes})


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Job:
    """Replace the job by one that tells its watcher of 200 networks; gives what it was asked for."""

    def prepare(
        record: ComparisonRunRecord | None = None,
        *,
        told: bool = True,
        stops: bool = False,
        gif: MovingPicture | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        kept: dict[str, Any] = {}

        def run(source: Any, *, watcher: ComparisonWatcher, **options: Any) -> Comparison:
            kept.update(options, source=source)
            if told:
                watcher.data_ready(summary())
                watcher.plan_ready(plan(**changes))
                watcher.networks_done(100.0, 200)
                if stops:
                    raise KeyboardInterrupt
                watcher.networks_done(200.0, 200)
                watcher.training_ended("200 networks", 11.4)
                watcher.stage_started("judging on rows that no choice saw")
            elif stops:
                raise KeyboardInterrupt
            return Comparison(Path("runs/titanic-7f3a"), record or comparison(), gif)

        monkeypatch.setattr("pellucid.jobs.compare", run)
        return kept

    return prepare


def test_results_go_to_stdout_and_the_passing_to_stderr(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job()
    assert main(WORDS) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("titanic.csv  891 rows × 12 columns → Survived: binary")
    assert "\n\naccuracy on held-out folds, paired over 10 seeds × 5 folds, stratified\n" in shown.out
    assert shown.err == (
        "\n  4 variants × 10 seeds × 5 folds: 200 networks, about 29 MB of memory, kept in\n    runs/titanic-7f3a\n"
        "  200 networks: 11.4 s, 0.057 s each\n"
    )
    assert "\x1b" not in shown.out + shown.err and "\r" not in shown.out + shown.err


def test_memory_is_announced_before_the_first_network_and_time_is_told_of_those_trained_now(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    job(done=150, memory=3_400_000_000)
    assert main(WORDS) == 0
    lines = capsys.readouterr().err.splitlines()
    assert "about 3.4 GB of memory" in " ".join(lines[1:3])
    assert lines[3] == "  It goes on where it was: 150 of 200 networks are done."
    assert lines[4] == "  200 networks: 11.4 s, 0.23 s each"


def test_a_plan_with_halving_tells_its_finalists_and_what_finding_them_takes(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    job(variants=36, networks=228, finalists=4)
    assert main([*WORDS, "--halving"]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert (
        "36 variants, halved to 4 finalists × 10 seeds × 5 folds: 200 networks, and halving the work of 28 more, about"
        in told
    )
    assert "200 networks: 11.4 s" in told
    assert "each" not in told, "halving trains parts of networks"


def test_a_plan_whose_variants_are_all_finalists_is_told_as_without_halving(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    job(finalists=4)
    assert main([*WORDS, "--halving"]) == 0
    assert "4 variants × 10 seeds × 5 folds: 200 networks, about" in capsys.readouterr().err


def test_json_prints_exactly_one_document_with_stable_keys(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job()
    assert main([*WORDS, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {
        "schema_version", "task", "rows", "metric", "greater_is_better", "factors", "design", "networks", "ended",
        "resume", "chosen", "reason", "sentences", "variants", "rungs", "dropped", "pairs", "importance", "interplay",
        "noise", "detectable", "recipe", "test", "test_interval", "baselines", "differences", "ensembles", "findings",
        "run", "record", "model", "report", "scores", "gif", "memory", "seconds",
    }  # fmt: skip
    assert document["schema_version"] == 1
    assert document["chosen"] == "gelu" and document["recipe"]["epochs"] > 0
    assert [each["name"] for each in document["variants"]] == ["gelu", "relu", "tanh", "identity"]
    assert document["variants"][3] == {
        "name": "identity", "levels": {"activation": "identity"}, "mean": 0.793, "low": 0.784, "high": 0.802,
        "rank": 4, "mean_rank": 4.0, "replicates": 50, "failed": 0, "epochs": 80.0, "best_epoch": 41.0,
        "verdict": "worse",
    }  # fmt: skip
    assert document["pairs"][0]["adjusted_p"] == 0.0006
    assert document["test"] == {"accuracy": 0.821, "roc_auc": 0.871, "log_loss": 0.412}
    assert document["ensembles"][0]["saved"] is True
    assert document["resume"] is None and document["gif"] is None
    assert document["model"] == "runs/titanic-7f3a/model.safetensors"


def test_a_moving_picture_is_told_with_what_has_to_be_known(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    told = "3 networks, one for each step, trained on all rows but those of the test."
    gif = MovingPicture(path=Path("a.gif"), frames=3, columns=("Age", "Fare"), milliseconds=500, told=told)
    job(gif=gif)
    assert main(WORDS) == 0
    shown = capsys.readouterr().out
    assert f"a.gif: {told}" in " ".join(shown.split()) and "\n  gif      a.gif\n" in shown
    assert main([*WORDS, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["gif"] == {
        "path": "a.gif", "frames": 3, "columns": ["Age", "Fare"], "milliseconds": 500, "told": told
    }  # fmt: skip


def test_a_program_is_told_whom_halving_dropped(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    gone = DroppedRecord(name="sine", levels={"activation": "sine"}, recipe=Recipe(), rung=1, epochs=9, error=0.4)
    job(comparison(rungs=(RungRecord(share=0.1, trained=5, kept=4),), dropped=(gone,)))
    assert main([*WORDS, "--halving", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["rungs"] == [{"share": 0.1, "trained": 5, "kept": 4, "whole": True}]
    assert document["dropped"] == [
        {"name": "sine", "levels": {"activation": "sine"}, "rung": 1, "epochs": 9, "error": 0.4}
    ]


def test_ctrl_c_ends_with_75_and_the_command_that_goes_on(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job(interrupted(3))
    assert main([*WORDS, "--seeds", "10"]) == 75
    shown = capsys.readouterr()
    assert "Stopped after 3 of 10 seeds" in shown.out
    assert shown.err.endswith(
        "\nStopped; the networks that were finished are kept. To go on:\n"
        "  pellucid compare titanic.csv --target Survived --vary activation=gelu,relu --seeds 10"
        " --out runs/titanic-7f3a\n"
    )


def test_a_program_gets_the_command_that_goes_on(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job(interrupted(3))
    assert main([*WORDS, "--json"]) == 75
    document = json.loads(capsys.readouterr().out)
    assert document["ended"] == "interrupted"
    assert document["model"] is None
    assert document["resume"] == shlex.join(["pellucid", *WORDS, "--json", "--out", "runs/titanic-7f3a"])


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_second_ctrl_c_ends_at_once_and_still_says_how_to_go_on(
    words: list[str], job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    job(stops=True)
    assert main([*WORDS, *words]) == 75
    shown = capsys.readouterr()
    again = shlex.join(["pellucid", *WORDS, *words, "--out", "runs/titanic-7f3a"])
    assert f"Stopped at once; what was trained is kept in runs/titanic-7f3a. To go on:\n  {again}\n" in shown.err
    if words:
        assert json.loads(shown.out)["error"]["resume"] == again


def test_ctrl_c_before_anything_is_planned_keeps_nothing(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job(told=False, stops=True)
    assert main(WORDS) == 130
    assert capsys.readouterr().err == "Stopped; nothing was kept.\n"


def test_time_that_is_over_is_a_normal_end(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job(comparison(ended="out of time", design={**comparison().design, "complete": 2}))
    assert main([*WORDS, "--minutes", "1"]) == 0
    assert "Time was over after 2 of 10 seeds, which are told here." in capsys.readouterr().out


def test_a_comparison_that_was_finished_before_is_read(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job(told=False)
    assert main(WORDS) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("runs/titanic-7f3a holds this comparison, finished before: nothing was trained.\n\n")
    assert shown.err == ""


@pytest.mark.parametrize(
    ("arguments", "again"),
    [
        (["compare", "t.csv"], "pellucid compare t.csv --out 'my runs'"),
        (["compare", "t.csv", "--out", "old", "--seeds", "3"], "pellucid compare t.csv --seeds 3 --out 'my runs'"),
        (["compare", "t.csv", "--out=old"], "pellucid compare t.csv --out 'my runs'"),
        (["compare", "a b.csv"], "pellucid compare 'a b.csv' --out 'my runs'"),
    ],
)
def test_the_command_that_goes_on_names_the_folder_once_and_can_be_pasted(arguments: list[str], again: str) -> None:
    assert command_again(arguments, "my runs") == again


def test_every_option_reaches_the_job(job: Job) -> None:
    asked = job()
    arguments = (
        "compare t.csv --target y --target z --vary activation=relu,gelu --vary lr=1e-4:1e-1:log:7 --draws 5 "
        "--seeds 3 --folds 4 --scheme k_fold --group g --order-by day --halving --minutes 1.5 --workers 2 "
        f"--task regression {shared_options.WORDS} --members 3 --test-size 0.3 --out runs/x "
        "--gif a.gif"
    )
    assert main(arguments.split()) == 0
    assert asked == {
        "source": "t.csv",
        "target": ["y", "z"],
        "vary": ["activation=relu,gelu", "lr=1e-4:1e-1:log:7"],
        "path": None,
        "draws": 5,
        "seeds": 3,
        "folds": 4,
        "scheme": "k_fold",
        "group": "g",
        "time": "day",
        "halving": True,
        "minutes": 1.5,
        "workers": 2,
        "task": "regression",
        **shared_options.ASKED,
        "members": 3,
        "test_size": 0.3,
        "out": "runs/x",
        "gif": "a.gif",
        "command": shlex.join(["pellucid", *arguments.split()]),
    }


def test_what_is_not_asked_for_is_left_to_the_job(job: Job) -> None:
    asked = job()
    assert main(["compare", "t.csv", "--target", "y", "--path", "l2=1e-3:1:log:4"]) == 0
    own = {name: each.default for name, each in inspect.signature(compare).parameters.items() if name != "watcher"}
    own |= {"source": "t.csv", "target": ["y"], "path": "l2=1e-3:1:log:4", "express": {}}
    own |= {"command": "pellucid compare t.csv --target y --path l2=1e-3:1:log:4"}
    assert asked == own


def test_every_choice_of_the_job_has_an_option(job: Job) -> None:
    asked = job()
    assert main(WORDS) == 0
    assert set(asked) == set(inspect.signature(compare).parameters) - {"watcher"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["compare", "t.csv", "--vary", "lr=1,2"], "--target is missing."),
        (["compare", "t.csv", "--target", "y"], "Nothing is varied, so there is nothing to compare. Add --vary"),
        (
            ["compare", "t.csv", "--target", "y", "--varry", "lr=1,2"],
            "There is no option --varry. Did you mean --vary?",
        ),
    ],
)
def test_a_usage_error_is_one_sentence(
    arguments: list[str], sentence: str, job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = job()
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(sentence)
    assert not asked


def test_a_terminal_sees_networks_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    with redirect_stderr(terminal), ComparisonScreen("t.csv", show_table=False, width=80, ink=Ink()) as watcher:
        watcher.data_ready(summary())
        watcher.plan_ready(plan(done=50))
        watcher.networks_done(125.0, 200)
        watcher.networks_done(200.0, 200)
        watcher.training_ended("200 networks", 0.5)
    drawn = terminal.getvalue()
    assert "200/200" in drawn and "100 %" in drawn
    assert "  200 networks: 0.5 s, 3.3 ms each\n" in drawn
    assert drawn.rfind("\x1b[?25h") > drawn.rfind("\x1b[?25l") >= 0
