"""The real tables: sensible tasks, sensible columns."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from pellucid.errors import DataError
from pellucid.tables import decide_columns, decide_target, group_identical_rows, read_table, split_rows, target_values

FOLDER = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real tables are not beside this checkout")


class Real(NamedTuple):
    target: str
    rows: int
    task: str
    classes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    boolean: tuple[str, ...] = ()
    presence: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # findings that must be there
    header: bool | None = None


REAL = {
    "titanic.csv": Real(
        "Survived",
        891,
        "binary",
        ("0", "1"),
        left_out=("PassengerId", "Name", "Ticket"),
        category=("Sex", "Embarked"),
        presence=("Cabin",),
        codes=("B039", "B043"),
    ),
    "ds_salaries.csv": Real(
        "salary_in_usd",
        607,
        "regression",
        left_out=("Unnamed: 0",),
        category=(
            "experience_level",
            "employment_type",
            "job_title",
            "salary_currency",
            "employee_residence",
            "company_location",
            "company_size",
        ),
        codes=("B022", "B039", "B059"),
    ),
    "penguins.csv": Real("species", 344, "multiclass", ("Adelie", "Chinstrap", "Gentoo"), category=("island", "sex")),
    "mpg.csv": Real("mpg", 398, "regression", left_out=("name",), category=("origin",), codes=("B043",)),
    "insurance.csv": Real("charges", 1338, "regression", category=("sex", "region"), boolean=("smoker",)),
    "concrete.csv": Real("strength", 1030, "regression"),
    "housing.csv": Real("median_house_value", 20640, "regression", category=("ocean_proximity",), codes=("B057",)),
    "credit.csv": Real(
        "default",
        1000,
        "binary",
        ("1", "2"),
        category=(
            "checking_balance",
            "credit_history",
            "purpose",
            "savings_balance",
            "employment_length",
            "personal_status",
            "other_debtors",
            "property",
            "installment_plan",
            "housing",
            "telephone",
            "job",
        ),
        boolean=("foreign_worker",),
    ),
    "banknote.csv": Real("column_5", 1372, "binary", ("0", "1"), header=False),
    "winequality-red.csv": Real(
        "column_12", 1599, "multiclass", ("3", "4", "5", "6", "7", "8"), codes=("B056",), header=False
    ),
    "letters.csv": Real("letter", 20000, "multiclass", tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
    "adult.csv.gz": Real(
        "column_15",
        32561,
        "binary",
        ("<=50K", ">50K"),
        category=tuple(f"column_{i}" for i in (2, 4, 6, 7, 8, 9, 10, 14)),
        header=False,
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_table_gets_a_sensible_task_and_sensible_columns(name):
    real = REAL[name]
    table = read_table(FOLDER / name, header=real.header)
    assert table.rows == real.rows
    goal = decide_target(table.column(real.target))
    assert (goal.task, goal.classes) == (real.task, real.classes)
    decisions, findings = decide_columns(table, real.target)
    by_encoding = {
        encoding: tuple(d.name for d in decisions if d.encoding == encoding and d.kind != "target")
        for encoding in ("none", "category", "boolean", "presence")
    }
    assert by_encoding == {
        "none": real.left_out,
        "category": real.category,
        "boolean": real.boolean,
        "presence": real.presence,
    }
    codes = {finding.code for finding in (*table.findings, *goal.findings, *findings)}
    assert set(real.codes) <= codes
    assert ("B059" in codes) == ("B059" in real.codes)


@pytest.mark.parametrize("name", [name for name, real in REAL.items() if real.header is False])
def test_a_table_without_a_header_says_what_to_pass(name):
    with pytest.raises(DataError, match=rf"pass --no-header .* --target {REAL[name].target}\.") as caught:
        read_table(FOLDER / name)
    assert caught.value.code == "B020"


def test_adult_is_stripped_and_its_question_marks_are_missing():
    table = read_table(FOLDER / "adult.csv.gz", header=False)
    assert [int(table.column(f"column_{i}").missing.sum()) for i in (2, 7, 14)] == [1836, 1843, 583]
    assert table.column("column_6").distinct[0].tolist()[0] == "Divorced"
    assert table.column("column_1").values[:3].tolist() == [39.0, 50.0, 38.0]


def test_the_salary_leak_is_found_with_its_currency():
    table = read_table(FOLDER / "ds_salaries.csv")
    (leak,) = [finding for finding in decide_columns(table, "salary_in_usd")[1] if finding.code == "B059"]
    assert (leak.column, leak.evidence["within"]) == ("salary", "salary_currency")


def test_the_fast_way_to_numbers_agrees_with_python(monkeypatch):
    from pellucid.tables import delimited

    fast = read_table(FOLDER / "housing.csv")
    monkeypatch.setattr(delimited, "FEW_ROWS", 10**9)
    slow = read_table(FOLDER / "housing.csv")
    for column, expected in zip(fast, slow, strict=True):
        assert column.storage == expected.storage
        if column.storage == "number":
            assert column.values.tobytes() == expected.values.tobytes()


def test_identical_wines_are_never_on_both_sides():
    table = read_table(FOLDER / "winequality-red.csv", header=False)
    codes = target_values(table.column("column_12"), decide_target(table.column("column_12")))
    groups = group_identical_rows(table, table.names[:-1])
    train, test = split_rows(codes, "multiclass", seed=0, groups=groups)
    assert not set(groups[train]) & set(groups[test])
    assert len(test) == pytest.approx(0.2 * 1599, abs=8)
    assert np.bincount(codes[test])[2] == pytest.approx(681 * 0.2, abs=6)
