"""Findings on the screen. Imports no evaluation: ``predict`` shows findings and has no time for scikit-learn."""

from collections.abc import Sequence

from pellucid.cli.layout import Ink, harmless, wrapped
from pellucid.records import Finding, Severity

__all__ = ["finding_lines"]

MOST_FINDINGS = 8
INDENT = "  "


def finding_lines(findings: Sequence[Finding], *, width: int = 80, ink: Ink | None = None) -> list[str]:
    """Errors and warnings one by one, what is only worth knowing on one line by code."""
    ink = ink or Ink()
    grave = [each for each in findings if each.severity is not Severity.INFO]
    grave.sort(key=lambda each: each.severity is not Severity.ERROR)
    notes = [each for each in findings if each.severity is Severity.INFO]
    lines: list[str] = []
    for finding in grave[:MOST_FINDINGS]:
        words = harmless(f"{finding.message} {finding.fix}".strip()).split(" ")
        start = f"{INDENT}{finding.code} {finding.severity.value}  "
        told = wrapped(words, width, first=start, rest=INDENT * 2)
        dye = ink.bad if finding.severity is Severity.ERROR else ink.wary
        lines += [told[0].replace(finding.severity.value, dye(finding.severity.value), 1), *told[1:]]
    if len(grave) > MOST_FINDINGS:
        lines.append(f"{INDENT}… and {len(grave) - MOST_FINDINGS} more in the report")
    if notes:
        by_code: dict[str, list[str]] = {}
        for note in notes:
            by_code.setdefault(f"{note.code} {note.slug}", []).append(harmless(note.column or ""))
        told = [f"{key} ({', '.join(filter(None, names))})" if any(names) else key for key, names in by_code.items()]
        words = " · ".join(told).split(" ")
        lines += wrapped(words, width, first=f"{INDENT}notes  ", rest=INDENT * 2, most=3)
    if lines:
        counts = [
            f"{len(found)} {word}{'' if len(found) == 1 else 's'}"
            for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
            if (found := [each for each in findings if each.severity is severity])
        ]
        lines = [f"Findings: {', '.join(counts)}.", *lines]
    return lines
