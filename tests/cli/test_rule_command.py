"""``pellucid rule``: all rules, or one by code or name."""

import json

import pytest

from pellucid.cli.main import main
from pellucid.doctor.rule import Page, Rule
from pellucid.records import Severity

PAGE = Page("What it is.", "toy()", "mended()", "It hurts.", "Found so.", "Not more.", ("Somebody.",))


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {
        code: Rule(code=code, slug=slug, severity=Severity.ERROR, stages="S", summary="A toy.", page=PAGE)
        for code, slug in (("L101", "softmax-before-cross-entropy"), ("E301", "evaluated-in-training-mode"))
    }
    monkeypatch.setattr("pellucid.doctor.rules.RULES", rules)


@pytest.mark.parametrize("name", ["L101", "l101", "softmax-before-cross-entropy", "softmax_before_cross_entropy"])
def test_a_rule_is_found_by_code_and_by_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", name]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("L101 error  softmax-before-cross-entropy\n")
    assert "    mended()\n" in shown


def test_all_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith(("L", "E"))] == [
        "L101",
        "E301",
    ]
    assert main(["rule", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema_version"] == 1
    assert [each["code"] for each in document["rules"]] == ["L101", "E301"]


def test_one_rule_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "E301", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["slug"], document["page"]["right"]) == ("evaluated-in-training-mode", "mended()")


def test_an_unknown_rule_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "L102"]) == 2
    assert capsys.readouterr().err == "There is no rule 'L102'. Did you mean L101? All rules: pellucid rule\n"
