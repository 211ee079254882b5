"""The programs of the rules' pages do what the pages say: the wrong one is told, the right one is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pages_as_programs import completed
from watched_programs import Commands, commands

from pellucid.doctor.checking import check_source
from pellucid.doctor.rules import RULES
from pellucid.records import Severity

# One of every family, and none that takes long.
FAST = ("L103", "G206", "E307", "N501", "T605")
# Mistakes that show in a training run, where the page has a line or a single pass; the case book has them whole.
NOT_SHOWN = {
    "L116",
    "L119",
    "L120",
    "G202",
    "G204",
    "E304",
    "E305",
    "E308",
    "E310",
    "D404",
    "D405",
    "D406",
    "D407",
    "D409",
    "D411",
    "D413",
    "D414",
    "D415",
    "T602",
    "T606",
    "T608",
    "T610",
    "T611",
}


@pytest.fixture(scope="module", name="running")
def _running() -> Iterator[Commands]:
    yield from commands()


@pytest.mark.parametrize("code", [c if c in FAST else pytest.param(c, marks=pytest.mark.slow) for c in RULES])
def test_the_wrong_program_is_told_and_the_right_one_is_not(code: str, running: Commands, tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(completed(RULES[code].page.right))
    right = running.watch("right.py", folder=tmp_path)
    assert code not in {each["code"] for each in right.everything() if each["severity"] != "info"}
    (tmp_path / "wrong.py").write_text(completed(RULES[code].page.wrong))
    wrong = running.watch("wrong.py", folder=tmp_path)
    assert (code in wrong.codes()) is (code not in NOT_SHOWN), wrong.printed


def test_right_programs_read_clean(tmp_path: Path) -> None:
    told = {}
    for code, rule in RULES.items():
        (tmp_path / "right.py").write_text(rule.page.right.replace("…", "pass"))
        found = check_source([tmp_path / "right.py"]).findings
        told[code] = {each.code for each in found if each.severity is not Severity.INFO}
    assert {code: codes for code, codes in told.items() if codes} == {}
