"""SARIF 2.1.0, the format in which editors and code hosts take findings (OASIS standard, 2020)."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from pellucid.doctor.rule import Rule
from pellucid.records import Edit, Finding, Severity

__all__ = ["sarif_document"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif_document(findings: Sequence[Finding], rules: Mapping[str, Rule], *, version: str) -> dict[str, Any]:
    """Findings as one run of SARIF; what a finding explains is told with it, not beside it.

    Args:
        findings: Roots, effects within.
        rules: All rules that were applied; their pages become the descriptions.
        version: Of Pellucid.
    """
    codes = list(rules) + sorted({each.code for each in findings} - set(rules))
    driver = {
        "name": "Pellucid",
        "version": version,
        "rules": [_rule(rules[code]) if code in rules else {"id": code} for code in codes],
    }
    results = [_result(each, codes.index(each.code)) for each in findings]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    help_text = f"{rule.page.what}\n\n{rule.page.hurts}\n\nHow it is found: {rule.page.detection}"
    code = f"Wrong:\n\n```python\n{rule.page.wrong}\n```\n\nRight:\n\n```python\n{rule.page.right}\n```"
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.slug.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.page.what},
        "help": {"text": help_text, "markdown": f"{help_text}\n\n{code}"},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    parts = [finding.message, finding.seen, f"Fix:\n{finding.fix}" if finding.fix else "", finding.tried]
    parts += [f"It causes {each.code} {each.slug}: {each.message}" for each in finding.effects]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": "\n".join(part for part in parts if part)},
        "properties": {
            "slug": finding.slug,
            "evidence": finding.evidence,
            "causes": [each.code for each in finding.effects],
        },
    }
    if finding.file is not None:
        result["locations"] = [_location(finding)]
    if finding.edits and finding.cell is None:
        result["fixes"] = [{"description": {"text": finding.fix or finding.message}, **_changes(finding.edits)}]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    assert finding.file is not None
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file)}}
    if finding.cell is not None:  # a line of a cell is no line of the file
        return {"physicalLocation": physical, "logicalLocations": [{"name": f"cell {finding.cell}:{finding.line}"}]}
    if finding.line is not None:
        physical["region"] = {"startLine": finding.line}
    return {"physicalLocation": physical}


def _changes(edits: Iterable[Edit]) -> dict[str, Any]:
    files: dict[str, list[dict[str, Any]]] = {}
    for edit in edits:
        region = {"startLine": edit.first, "startColumn": 1, "endLine": edit.last + 1, "endColumn": 1}
        files.setdefault(edit.file, []).append({"deletedRegion": region, "insertedContent": {"text": edit.text}})
    changes = [
        {"artifactLocation": {"uri": _uri(file)}, "replacements": replacements} for file, replacements in files.items()
    ]
    return {"artifactChanges": changes}


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
