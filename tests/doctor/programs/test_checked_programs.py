"""``pellucid check``: what reading alone finds in the case book, and its silence about programs without a fault."""

import json
from pathlib import Path

import pytest

from pellucid.doctor.checking import check_source
from pellucid.records import Severity

CASES = Path(__file__).parents[2] / "cases"
HEALTHY = Path(__file__).parents[2] / "healthy"
TOLD = {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*/case.json"))}
# Cases that rules were made with a look at; the others are there to be counted, by ``make bench-doctor``.
NAMES = [name for name, told in TOLD.items() if told.get("half") != "kept"]
# Rules for whose mistake the text is enough, and how many of all cases reading finds at least.
READ = {"E303", "E306", "E312", "E313", "G201", "G202", "L101", "L102", "L107", "L118"}
FEWEST_READ = 36


def above_info(path: Path) -> set[str]:
    """Codes of errors and warnings that reading a file brings, effects included."""
    found = check_source([path]).findings
    return {each.code for root in found for each in (root, *root.effects) if each.severity is not Severity.INFO}


@pytest.mark.parametrize("name", NAMES)
def test_a_mended_program_reads_clean(name: str) -> None:
    assert above_info(CASES / name / "twin.py") == set()


def test_reading_alone_finds_what_stands_in_the_text() -> None:
    found = {}
    for name in NAMES:
        findings = check_source([CASES / name / "fault.py"]).findings
        found[name] = TOLD[name]["code"] in {each.code for root in findings for each in (root, *root.effects)}
    assert sum(found.values()) >= FEWEST_READ
    assert not [name for name, is_found in found.items() if name[:4] in READ and not is_found]


@pytest.mark.parametrize("first", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_healthy_programs_read_clean(first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every eighth fast, all others slowly."""
    monkeypatch.syspath_prepend(str(HEALTHY))
    from programs import healthy_programs

    wrong = {}
    for number, program in enumerate(healthy_programs(320)):
        if (number % 8 == 0) is not (first == 0):
            continue
        (tmp_path / "program.py").write_text(program.text, encoding="utf-8")
        if found := above_info(tmp_path / "program.py"):
            wrong[program.name] = found
    assert wrong == {}
