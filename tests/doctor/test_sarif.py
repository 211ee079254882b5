"""SARIF 2.1.0: what an editor or a code host needs."""

from toy_rules import CAUSE, TOYS

from pellucid.doctor.sarif import sarif_document
from pellucid.records import Edit, Finding, Severity

RULES = {rule.code: rule for rule in TOYS}
EFFECT = Finding(code="Y303", slug="toy-symptom", severity=Severity.ERROR, message="It is dead.")
FOUND = Finding(
    code="Y101",
    slug="toy-cause",
    severity=Severity.WARNING,
    message="It is wrong.",
    seen="1 of 1",
    fix="mend()",
    file="my train.py",
    line=3,
    evidence={"n": 1},
    edits=(Edit("my train.py", 3, 4, "mend()\n"), Edit("my train.py", 9, 8, "more()\n")),
    effects=(EFFECT,),
)


def test_a_finding_is_a_result_with_place_level_fix_and_effects() -> None:
    document = sarif_document([FOUND], RULES, version="1.2")
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("Pellucid", "1.2")
    (result,) = run["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "Y101"
    assert result["level"] == "warning"
    assert result["message"]["text"].splitlines() == [
        "It is wrong.",
        "1 of 1",
        "Fix:",
        "mend()",
        "It causes Y303 toy-symptom: It is dead.",
    ]
    (place,) = result["locations"]
    assert place == {"physicalLocation": {"artifactLocation": {"uri": "my%20train.py"}, "region": {"startLine": 3}}}
    (change,) = result["fixes"][0]["artifactChanges"]
    regions = [each["deletedRegion"] for each in change["replacements"]]
    assert [(r["startLine"], r["endLine"], r["startColumn"], r["endColumn"]) for r in regions] == [
        (3, 5, 1, 1),
        (9, 9, 1, 1),
    ]


def test_rules_bring_their_pages() -> None:
    rule = sarif_document([], RULES, version="1")["runs"][0]["tool"]["driver"]["rules"][0]
    assert (rule["id"], rule["name"]) == (CAUSE.code, "ToyCause")
    assert rule["shortDescription"] == {"text": CAUSE.summary}
    assert rule["fullDescription"] == {"text": CAUSE.page.what}
    assert CAUSE.page.right in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_a_cell_is_named_since_its_line_is_none_of_the_file() -> None:
    import msgspec

    found = msgspec.structs.replace(FOUND, cell=2)
    (result,) = sarif_document([found], RULES, version="1")["runs"][0]["results"]
    assert result["locations"][0]["logicalLocations"] == [{"name": "cell 2:3"}]
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert "fixes" not in result


def test_a_note_of_no_rule_and_no_place_is_a_result_all_the_same() -> None:
    note = Finding(code="X000", slug="rule-failed", severity=Severity.INFO, message="It failed.")
    run = sarif_document([note], RULES, version="1")["runs"][0]
    (result,) = run["results"]
    assert (result["level"], "locations" in result) == ("note", False)
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]] == {"id": "X000"}
