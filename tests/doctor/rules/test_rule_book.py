"""The rules as a book: names that are promises, pages that say everything, and causes that lead somewhere."""

import ast
import re
from pathlib import Path

import pytest

from pellucid.doctor.rule import Rule
from pellucid.doctor.rules import RULES

SOURCE = Path(__file__).parents[3] / "src" / "pellucid" / "doctor" / "rules"
# How many rules each part has; their names are promises, so that none goes and none is renamed.
COUNTS = {"L": 22, "G": 12, "E": 13, "D": 16, "N": 7, "T": 11}
FOLDERS = {"L": "losses", "G": "gradients", "E": "evaluation", "D": "data", "N": "networks", "T": "dynamics"}


def every_rule() -> list[Rule]:
    return list(RULES.values())


def test_no_rule_is_missing() -> None:
    assert {part: sum(code.startswith(part) for code in RULES) for part in COUNTS} == COUNTS


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)
def test_a_rule_has_a_name_a_file_and_a_way_to_be_found(rule: Rule) -> None:
    assert re.fullmatch(r"[LGEDNT][1-6]\d\d", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.slug)
    assert (SOURCE / FOLDERS[rule.code[0]] / f"{rule.slug.replace('-', '_')}.py").exists()
    assert set(rule.stages) <= set("SPD") and rule.stages
    assert rule.see is not None or rule.read is not None


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)
def test_a_rule_brings_about_what_there_is(rule: Rule) -> None:
    assert set(rule.causes) <= set(RULES)
    assert rule.code not in rule.causes
    assert len(set(rule.causes)) == len(rule.causes)


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)
def test_a_page_says_everything(rule: Rule) -> None:
    page = rule.page
    for part in (page.what, page.hurts, page.detection, page.limits):
        assert part.strip().endswith((".", "%.", ")", "ln C.", "0."))
    assert page.sources and all(source.strip() for source in page.sources)
    assert page.wrong != page.right


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)
def test_the_programs_of_a_page_are_python(rule: Rule) -> None:
    for program in (rule.page.wrong, rule.page.right):
        ast.parse(program.replace("…", "pass"))
        assert len(program.splitlines()) <= 25
