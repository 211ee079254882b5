"""Findings on the screen. Imports no evaluation: ``predict`` shows findings and has no time for scikit-learn."""

from collections.abc import Sequence

from pellucid.cli.layout import Ink, wrapped
from pellucid.printable import grouped, printable
from pellucid.records import DoctorRecord, Finding, Severity

__all__ = ["doctor_lines", "finding_blocks", "finding_lines", "sentence_lines"]

MOST_FINDINGS = 8
INDENT = "  "
TITLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""What a person calls them, the gravest first."""


def finding_lines(findings: Sequence[Finding], *, width: int, ink: Ink) -> list[str]:
    """Errors and warnings in sentences; notes by code and column on one line, as the report tells them in full.

    Args:
        findings: What was found.
        width: Cells per line.
        ink: Colour for errors and warnings.
    """
    if not findings:
        return []
    grave = [each for each in findings if each.severity is not Severity.INFO]
    brief = _by_name([each for each in findings if each.severity is Severity.INFO])
    if not grave:
        return wrapped(brief, width, first="Notes: ", rest=INDENT, most=3)
    lines = [f"Findings: {_counted(findings)}.", *_sentences(grave, width, ink, "in the report")]
    if brief:
        lines += wrapped(brief, width, first=f"{INDENT}notes  ", rest=INDENT * 2, most=3)
    return lines


def finding_blocks(
    findings: Sequence[Finding], doctor: DoctorRecord | None, *, width: int, ink: Ink
) -> list[list[str]]:
    """What was found in the table, then what the doctor says of the training; no block is empty."""
    # Codes of B are the table's; all others are the doctor's, whoever found them first.
    own = [each for each in findings if doctor is not None and not each.code.startswith("B")]
    blocks = [finding_lines([each for each in findings if each not in own], width=width, ink=ink)]
    if doctor is not None:
        blocks.append(doctor_lines(doctor, own, width=width, ink=ink))
    return [block for block in blocks if block]


def doctor_lines(doctor: DoctorRecord, findings: Sequence[Finding], *, width: int, ink: Ink) -> list[str]:
    """What the doctor says of a training: how much it looked at and what it found, causes before their effects.

    Args:
        doctor: How much.
        findings: What, in the doctor's order.
        width: Cells per line.
        ink: Colour for errors and warnings.
    """
    grave = [each for each in findings if each.severity is not Severity.INFO]
    notes = [each for each in findings if each.severity is Severity.INFO]
    checks = f"{grouped(doctor.checks)} check{'' if doctor.checks == 1 else 's'}"
    said = f"{_counted(grave)} in {checks}." if grave else f"nothing wrong found in {checks}."
    said = said if doctor.checks else "nothing could be checked."
    named = ([f"{_counted(notes)}:", *_by_name(notes)[:-1], f"{_by_name(notes)[-1]}."]) if notes else []
    words = ["Doctor:", *said.split(" "), *(named if not grave else [])]
    lines = [*wrapped(words, width, rest=INDENT, most=3), *_sentences(grave, width, ink, "in the report")]
    if grave and named:
        lines += wrapped(_by_name(notes), width, first=f"{INDENT}notes  ", rest=INDENT * 2, most=3)
    for sentence in doctor.blind:
        lines += wrapped(sentence.split(" "), width, first=f"{INDENT}not seen  ", rest=INDENT * 2)
    return lines


def sentence_lines(findings: Sequence[Finding], *, width: int, ink: Ink | None = None) -> list[str]:
    """All findings in sentences, for commands that leave no report behind."""
    return _sentences(findings, width, ink or Ink(), "")


def _sentences(findings: Sequence[Finding], width: int, ink: Ink, where: str) -> list[str]:
    dye = {Severity.ERROR: ink.bad, Severity.WARNING: ink.wary, Severity.INFO: ink.quiet}
    order = list(TITLES)
    shown = sorted(findings, key=lambda each: order.index(each.severity))
    lines: list[str] = []
    for finding in shown[:MOST_FINDINGS]:
        title = TITLES[finding.severity]
        words = printable(f"{finding.message} {finding.fix}".strip()).split(" ")
        first, *rest = wrapped(words, width, first=f"{INDENT}{finding.code} {title}  ", rest=INDENT * 2)
        lines += [first.replace(title, dye[finding.severity](title), 1), *rest]
        if finding.tried:
            lines += wrapped(printable(finding.tried).split(" "), width, first=f"{INDENT * 2}tried   ", rest=INDENT * 3)
        if finding.effects:
            lines += wrapped(_by_name(finding.effects), width, first=f"{INDENT * 2}causes  ", rest=INDENT * 3)
    if len(shown) > MOST_FINDINGS:
        lines.append(f"{INDENT}… and {grouped(len(shown) - MOST_FINDINGS)} more {where}".rstrip())
    return lines


def _by_name(findings: Sequence[Finding]) -> list[str]:
    """Words such as ``B043 free-text (Name, Ticket)``, a dot between the codes."""
    columns: dict[str, list[str]] = {}
    for each in findings:
        columns.setdefault(f"{each.code} {each.slug}", []).append(printable(each.column or ""))
    named = [f"{key} ({', '.join(filter(None, names))})" if any(names) else key for key, names in columns.items()]
    return " · ".join(named).split(" ") if named else []


def _counted(findings: Sequence[Finding]) -> str:
    counts = ((title, sum(each.severity is severity for each in findings)) for severity, title in TITLES.items())
    return ", ".join(f"{grouped(count)} {title}{'' if count == 1 else 's'}" for title, count in counts if count)
