"""What ``pellucid run --sarif`` writes, against the required properties of SARIF 2.1.0 (OASIS, 2020)."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from watched_programs import Commands, commands

SCRIPT = """import torch
from torch import nn

X = torch.randn(64, 3) * torch.tensor([1.0, 1.0, 5000.0])
y = (X[:, 0] > 0).float().unsqueeze(1)
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(30):
    loss = nn.CrossEntropyLoss()(model(X), y)
    loss.backward()
    optimizer.step()
"""


@pytest.fixture(scope="module", name="document")
def _document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "my jobs").mkdir()
    (folder / "my jobs" / "train.py").write_text(SCRIPT)
    for running in commands():
        assert isinstance(running, Commands)
        exit_code, _, err = running.run("run", "--sarif", "found.sarif", "my jobs/train.py", folder=folder)
        assert exit_code == 0, err
        yield json.loads((folder / "found.sarif").read_text(encoding="utf-8"))


def check_message(message: Any) -> None:
    """A message has text, which may not be empty."""
    assert isinstance(message["text"], str) and message["text"].strip()


def check_artifact(location: Any) -> str:
    """A location names a relative reference with forward slashes that is a valid URI."""
    uri = location["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]+", uri)
    assert "\\" not in uri and not re.match(r"([a-z]+:|/)", uri)
    return str(unquote(uri))


def check_region(region: Any) -> None:
    """Lines and columns count from 1, and a region does not end before it begins."""
    for name, value in region.items():
        assert name in ("startLine", "startColumn", "endLine", "endColumn")
        assert isinstance(value, int) and value >= 1
    start, end = region["startLine"], region.get("endLine", region["startLine"])
    assert (start, region.get("startColumn", 1)) <= (end, region.get("endColumn", region.get("startColumn", 1)))


def test_the_document_says_what_it_is(document: dict[str, Any]) -> None:
    assert document["version"] == "2.1.0"
    assert document["$schema"].startswith("https://") and document["$schema"].endswith("sarif-schema-2.1.0.json")
    assert set(document) == {"version", "$schema", "runs"}
    assert len(document["runs"]) == 1


def test_the_tool_and_its_rules_are_described(document: dict[str, Any]) -> None:
    driver = document["runs"][0]["tool"]["driver"]
    assert driver["name"] == "Pellucid"
    assert re.fullmatch(r"\d+\.\d+.*", driver["version"])
    rules = driver["rules"]
    codes = [rule["id"] for rule in rules]
    assert len(set(codes)) == len(codes)
    for rule in rules:
        assert re.fullmatch(r"[A-Z]\d{3}", rule["id"])
        assert rule["name"].isidentifier()
        for part in ("shortDescription", "fullDescription", "help"):
            check_message(rule[part])
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")


def test_every_result_names_its_rule_its_level_and_its_line(document: dict[str, Any]) -> None:
    run = document["runs"][0]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert results, "the script has faults"
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        check_message(result["message"])
        for location in result.get("locations", ()):
            physical = location["physicalLocation"]
            assert check_artifact(physical["artifactLocation"]) == "my jobs/train.py"
            check_region(physical["region"])
    lines = {
        result["ruleId"]: result["locations"][0]["physicalLocation"]["region"]["startLine"]
        for result in results
        if "locations" in result
    }
    assert lines["L103"] == 9
    assert {result["ruleId"] for result in results if result["level"] != "note"} >= {"L103", "D401"}


def test_every_fix_changes_lines_of_that_file(document: dict[str, Any]) -> None:
    fixes = [fix for result in document["runs"][0]["results"] for fix in result.get("fixes", ())]
    assert fixes
    for fix in fixes:
        check_message(fix["description"])
        assert fix["artifactChanges"]
        for change in fix["artifactChanges"]:
            assert check_artifact(change["artifactLocation"]) == "my jobs/train.py"
            assert change["replacements"]
            for each in change["replacements"]:
                check_region(each["deletedRegion"])
                assert isinstance(each["insertedContent"]["text"], str)


def test_columns_are_counted_in_a_known_unit_and_properties_are_a_bag(document: dict[str, Any]) -> None:
    run = document["runs"][0]
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    for result in run["results"]:
        assert isinstance(result["properties"], dict)
        assert "tags" not in result["properties"] or isinstance(result["properties"]["tags"], list)
