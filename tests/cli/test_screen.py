"""The screen drawn from records: the answer first, nothing wider than the terminal, every word true."""

from pathlib import Path

import pytest
from handwritten_records import COLUMNS, FINDINGS, baseline, column, record, score, summary

from pellucid.cli.findings import sentence_lines
from pellucid.cli.layout import Ink, cells
from pellucid.cli.screen import result_lines, summary_lines
from pellucid.evaluation import METRICS, TASK_METRICS
from pellucid.records import Severity

MODEL, REPORT = Path("runs/titanic-7f3a/model.safetensors"), Path("runs/titanic-7f3a/report.html")


def drawn(width: int = 80, *, ink: Ink | None = None, **changes: object) -> list[str]:
    return result_lines(record(**changes), MODEL, REPORT, width=width, ink=ink or Ink())


def test_the_table_is_told_at_eighty_columns() -> None:
    assert summary_lines(summary(), width=80, ink=Ink()) == [
        "titanic.csv  891 rows × 12 columns → Survived: binary (342 yes, 549 no)",
        "",
        "  used      Pclass Sex Age SibSp Parch Fare Embarked  Cabin (present or not)",
        "            8 columns → 11 inputs",
        "  left out  PassengerId (id)  Name Ticket (text, 891 and 681 values)",
        "  missing   Age 177, Embarked 2 → kept, the network is told",
    ]


def test_the_scores_come_first_then_the_verdicts_as_sentences_where_they_do_not_fit_beside() -> None:
    assert drawn(80)[:8] == [
        "On 179 rows that nothing has seen:",
        "                       accuracy           ROC AUC  log loss",
        "  these networks       0.827 (0.77–0.88)    0.871     0.412",
        "  boosting             0.821                0.862     0.447",
        "  logistic regression  0.799                0.848     0.448",
        '  always "no"          0.615                0.500     0.666',
        "  No different from boosting beyond noise: +0.6 points (−1.8 to 3.0).",
        "  Better than logistic regression by 2.8 points (0.4 to 5.6).",
    ]


def test_a_wide_terminal_shows_the_verdicts_beside_the_scores() -> None:
    lines = drawn(110)
    assert lines[3].endswith("0.447   within noise: +0.6 points (−1.8 to 3.0)")
    assert lines[4].endswith("0.448   better by 2.8 points (0.4 to 5.6)")
    assert lines[5].endswith("0.666")
    assert not any(line.lstrip().startswith("Better") for line in lines)


def test_the_last_lines_say_where_everything_lies_and_what_to_type_next() -> None:
    assert drawn(80)[-3:] == [
        "  model    runs/titanic-7f3a/model.safetensors",
        "  report   runs/titanic-7f3a/report.html",
        "  predict  pellucid predict runs/titanic-7f3a/model.safetensors NEW.csv -o out.csv",
    ]


def test_a_table_without_names_gets_the_matching_predict_command() -> None:
    assert drawn(options={"header": False})[-1].endswith("NEW.csv --no-header -o out.csv")


def test_a_path_with_a_blank_can_be_pasted() -> None:
    lines = result_lines(record(), Path("my runs/model.safetensors"), REPORT, width=80, ink=Ink())
    assert "pellucid predict 'my runs/model.safetensors' NEW.csv -o out.csv" in lines[-1]


def test_warnings_are_told_in_full_and_notes_by_name() -> None:
    lines = drawn(80)
    start = lines.index("Findings: 1 warning, 3 notes.")
    assert lines[start + 1 : start + 4] == [
        "  B062 warning  107 rows occur more than once; identical rows were kept on one",
        "    side of the split. Remove them if they are there by mistake.",
        "  notes  B040 id-like-column (PassengerId) · B043 free-text (Name, Ticket)",
    ]


def test_no_findings_take_no_line() -> None:
    assert not any("Findings" in line for line in drawn(findings=()))


def test_errors_come_before_warnings_and_no_more_than_eight_are_shown() -> None:
    warning = FINDINGS[-1]
    error = type(warning)(code="T605", slug="non-finite", severity=Severity.ERROR, message="It is NaN.")
    lines = drawn(findings=(warning,) * 9 + (error,))
    assert lines[lines.index("Findings: 1 error, 9 warnings.") + 1] == "  T605 error  It is NaN."
    assert "  … and 2 more in the report" in lines


def test_an_interrupted_run_says_so_before_its_scores() -> None:
    assert drawn(ended="interrupted")[0] == "Training was interrupted; this is the best that it had reached."


def test_one_member_is_one_network() -> None:
    assert drawn(members=record().members[:1])[2].startswith("  this network ")


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_line_but_the_paths_is_wider_than_the_terminal(width: int) -> None:
    many = tuple(column(f"measurement_{n}", "numeric", 1, missing=n) for n in range(400))
    lines = summary_lines(summary(columns=COLUMNS + many, inputs=811), width=width, ink=Ink()) + drawn(width)[:-3]
    assert max(map(cells, lines)) <= width


def test_hundreds_of_columns_are_counted_and_not_scrolled() -> None:
    many = tuple(column(f"measurement_{n}", "numeric", 1) for n in range(400))
    lines = summary_lines(summary(columns=many, inputs=400), width=80, ink=Ink())
    assert len(lines) < 10
    assert any("more" in line for line in lines)


def test_reasons_for_leaving_out_stand_behind_the_columns_that_share_them() -> None:
    columns = (
        column("a", "constant", distinct=1),
        column("b", "numeric", missing=891, distinct=0),
        column("c", "numeric", reason="dropped by --drop"),
        column("d", "numeric", reason="dropped by --drop"),
        column("e", "numeric", 1),
    )
    lines = summary_lines(summary(columns=columns, inputs=1), width=80, ink=Ink())
    assert "  left out  a (constant)  b (all missing)  c d (dropped by --drop)" in lines


def test_colour_changes_no_word() -> None:
    dyed = "\n".join(drawn(80, ink=Ink(on=True)))
    for code in ("0", "1", "2", "31", "32", "33"):
        dyed = dyed.replace(f"\x1b[{code}m", "")
    assert dyed == "\n".join(drawn(80))


def test_a_name_from_a_file_cannot_steer_the_terminal() -> None:
    evil = "\x1b[2Jx\nroot"
    lines = summary_lines(
        summary(target=evil, target_note=evil, columns=(column(evil, "text"), column(evil, "numeric", 1))),
        width=80,
        ink=Ink(),
    ) + drawn(baselines=(baseline("majority", evil, score("accuracy", 0.6)),), comparisons=())
    assert not any("\x1b" in line or "\n" in line for line in lines)
    assert any(r"\x1b[2Jx\nroot" in line for line in lines)


def test_notes_alone_take_one_line_and_raise_no_alarm() -> None:
    lines = drawn(findings=FINDINGS[:3])
    assert "Notes: B040 id-like-column (PassengerId) · B043 free-text (Name, Ticket)" in lines
    assert not any("Findings" in line for line in lines)


def test_a_warning_about_a_column_that_is_left_out_or_predicted_is_told_in_full() -> None:
    warning = type(FINDINGS[-1])(
        code="B056", slug="doubtful-task", severity=Severity.WARNING, message="It has 6 integers.", column="Survived"
    )
    assert "  B056 warning  It has 6 integers." in drawn(findings=(warning,))


def test_where_no_report_is_left_notes_are_sentences_too() -> None:
    note = type(FINDINGS[-1])(
        code="B066", slug="unseen-categories", severity=Severity.INFO, message="port holds 1 new value.", column="port"
    )
    assert sentence_lines((note, FINDINGS[-1]), width=80) == [
        "  B062 warning  107 rows occur more than once; identical rows were kept on one",
        "    side of the split. Remove them if they are there by mistake.",
        "  B066 note  port holds 1 new value.",
    ]


def test_a_number_in_the_description_of_the_target_is_not_broken() -> None:
    note = "2 859 to 600 000, median 101 570"
    lines = summary_lines(summary(target="salary_in_usd", target_note=note), width=80, ink=Ink())
    assert lines[0].endswith(" binary (2 859 to 600 000,")
    assert lines[1] == "    median 101 570)"


QUANTILES = {
    "task": "quantile",
    "test": (
        score("pinball", 23.7, 22.76, 24.68),
        score("coverage", 0.816, 0.76, 0.87, aim=0.8),
        score("crossing", 0.0),
        score("mae", 74.48),
    ),
    "baselines": (
        baseline(
            "boosting",
            "gradient boosting",
            score("pinball", 24.1),
            score("coverage", 0.76, aim=0.8),
            score("crossing", 0.0),
            score("mae", 76.2),
        ),
    ),
    "comparisons": (),
    "findings": (),
}


def test_a_value_that_is_to_be_met_stands_in_the_head_of_its_column() -> None:
    assert drawn(80, **QUANTILES)[1:4] == [
        "                     pinball loss      coverage (80\N{NARROW NO-BREAK SPACE}%)  crossing   MAE",
        "  these networks     23.7 (22.8–24.7)            0.816     0.000  74.5",
        "  gradient boosting  24.1                        0.760     0.000  76.2",
    ]


def test_metrics_that_do_not_fit_beside_the_others_follow_below_them() -> None:
    assert drawn(60, **QUANTILES)[1:7] == [
        "                     pinball loss      coverage (80\N{NARROW NO-BREAK SPACE}%)",
        "  these networks     23.7 (22.8–24.7)            0.816",
        "  gradient boosting  24.1                        0.760",
        "                     crossing   MAE",
        "  these networks        0.000  74.5",
        "  gradient boosting     0.000  76.2",
    ]


def test_several_targets_are_told_together_and_then_one_by_one() -> None:
    own = [
        each
        for name, rmse, r2 in (("heating", 0.3301, 0.892), ("cooling", 3021.4, 0.905))
        for each in (
            score("rmse", rmse, target=name),
            score("mae", rmse * 0.8, target=name),
            score("r2", r2, target=name),
        )
    ]
    lines = drawn(
        test=(score("mean_r2", 0.889, 0.87, 0.90), *own),
        baselines=(
            baseline("linear", "ridge regression", score("mean_r2", 0.33), score("rmse", 9.0, target="heating")),
        ),
        comparisons=(),
        findings=(),
    )
    assert lines[1:8] == [
        "                    mean R²",
        "  these networks    0.889 (0.87–0.90)",
        "  ridge regression  0.330",
        "",
        "  each target   RMSE    MAE     R²",
        "  heating      0.330  0.264  0.892",
        "  cooling      3 021  2 417  0.905".replace("3 0", "3\N{NARROW NO-BREAK SPACE}0").replace(
            "2 4", "2\N{NARROW NO-BREAK SPACE}4"
        ),
    ]


def test_hundreds_of_targets_are_counted_and_not_scrolled() -> None:
    own = tuple(score("rmse", 1.0, target=f"t{n}") for n in range(300))
    lines = drawn(test=(score("mean_r2", 0.9), *own), baselines=(), comparisons=(), findings=())
    assert "  … and 288 more" in lines
    assert len(lines) < 25


@pytest.mark.parametrize("width", [60, 80, 100])
def test_every_task_fits_the_terminal(width: int) -> None:
    for task, names in TASK_METRICS.items():
        scores = tuple(score(name, 0.123, 0.1, 0.15) for name in names)
        rivals = (
            baseline("boosting", "gradient boosting", *scores),
            baseline("linear", "logistic regression", *scores),
        )
        lines = drawn(width, task=task, test=scores, baselines=rivals, comparisons=(), findings=())[:-3]
        assert max(map(cells, lines)) <= width
        assert all(any(METRICS[name].title in line for line in lines) for name in names)


def test_many_targets_are_set_into_lines_between_their_names() -> None:
    names = ", ".join(f"measurement_{n}" for n in range(8))
    lines = summary_lines(summary(target=names, task="multilabel"), width=80, ink=Ink())
    assert max(map(cells, lines)) <= 80
    assert lines[1].startswith("    measurement_")
