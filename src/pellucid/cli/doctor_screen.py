"""The doctor's screens: findings of a run or of files, one rule's page, all rules; and the same as documents."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pellucid.cli.layout import Ink, padded, wrapped
from pellucid.doctor.text import Dye
from pellucid.records import SCHEMA_VERSION, Finding, Severity, encode_json

if TYPE_CHECKING:
    from pellucid.doctor.rule import Rule

__all__ = [
    "as_dye",
    "findings_document",
    "is_failed",
    "page_lines",
    "rule_document",
    "rule_list_lines",
    "rules_document",
]

INDENT = "  "
STAGES = {"S": "before training", "P": "by an experiment on a copy", "D": "during training"}


def as_dye(ink: Ink) -> Dye:
    """The screen's colours, by what they stand for."""
    colours = {"error": ink.bad, "warning": ink.wary, "info": ink.quiet, "quiet": ink.quiet, "strong": ink.strong}
    return lambda kind, text: colours[kind](text)


def is_failed(findings: Sequence[Finding], fail_on: str | None) -> bool:
    """Whether something is at least as grave as ``--fail-on`` says, consequences included."""
    if fail_on is None:
        return False
    grave = (Severity.ERROR,) if fail_on == "error" else (Severity.ERROR, Severity.WARNING)
    return any(each.severity in grave for root in findings for each in (root, *root.effects))


def findings_document(findings: Sequence[Finding]) -> str:
    """What ``--json`` prints."""
    return encode_json({"schema_version": SCHEMA_VERSION, "findings": findings}, indent=2).decode()


def rule_list_lines(rules: Mapping[str, "Rule"], *, width: int, ink: Ink) -> list[str]:
    """All rules, a line each."""
    lines = [f"{len(rules)} rules. One of them, with examples: pellucid rule L101"]
    room = max((len(rule.slug) for rule in rules.values()), default=0)
    family = ""
    for rule in rules.values():
        if rule.code[0] != family:
            lines.append("")
            family = rule.code[0]
        first = f"{rule.code}  {padded(rule.severity.value, 7)}  {padded(rule.slug, room)}  "
        start, *more = wrapped(rule.summary.split(" "), max(width, len(first) + 30), first=first, rest=" " * 6)
        lines += [start.replace(rule.code, ink.strong(rule.code), 1), *more]
    return lines


def page_lines(rule: "Rule", *, width: int, ink: Ink) -> list[str]:
    """One rule's page."""
    page = rule.page
    lines = [f"{ink.strong(rule.code)} {rule.severity.value}  {rule.slug}", f"{rule.summary}", ""]
    lines += wrapped(page.what.split(), width)
    for title, code in (("Wrong", page.wrong), ("Right", page.right)):
        lines += ["", ink.quiet(title), *(f"{INDENT * 2}{line}".rstrip() for line in code.strip("\n").split("\n"))]
    found = ", ".join(STAGES[stage] for stage in rule.stages if stage in STAGES)
    parts = [("Why it hurts", page.hurts), (f"How it is found ({found})", page.detection), ("Limits", page.limits)]
    for title, text in parts:
        lines += ["", ink.quiet(title), *wrapped(text.split(), width, first=INDENT, rest=INDENT)]
    if rule.causes:
        lines += ["", ink.quiet("What it can bring about"), f"{INDENT}{' '.join(rule.causes)}"]
    if page.sources:
        lines += ["", ink.quiet("Sources")]
        for source in page.sources:
            lines += wrapped(source.split(), width, first=INDENT, rest=INDENT * 2)
    return [*lines, "", ink.quiet(f"Silence a line: # pellucid: ignore[{rule.code}]")]


def rules_document(rules: Mapping[str, "Rule"]) -> str:
    """What ``pellucid rule --json`` prints."""
    listed = [
        {"code": rule.code, "slug": rule.slug, "severity": rule.severity.value, "summary": rule.summary}
        for rule in rules.values()
    ]
    return encode_json({"schema_version": SCHEMA_VERSION, "rules": listed}, indent=2).decode()


def rule_document(rule: "Rule") -> str:
    """What ``pellucid rule L101 --json`` prints."""
    told: dict[str, Any] = {
        "code": rule.code,
        "slug": rule.slug,
        "severity": rule.severity.value,
        "stages": rule.stages,
        "summary": rule.summary,
        "causes": rule.causes,
        "page": rule.page,
    }
    return encode_json({"schema_version": SCHEMA_VERSION, **told}, indent=2).decode()
