"""Findings on the screen. Imports no evaluation: ``predict`` shows findings and has no time for scikit-learn."""

from collections.abc import Sequence

from pellucid.cli.layout import Ink, harmless, wrapped
from pellucid.records import Finding, Severity

__all__ = ["finding_lines"]

MOST_FINDINGS = 8
INDENT = "  "


def finding_lines(
    findings: Sequence[Finding], *, told: frozenset[str] = frozenset(), width: int = 80, ink: Ink | None = None
) -> list[str]:
    """Errors and warnings one by one; the rest on one line by code and column.

    Args:
        findings: What was found.
        told: Columns whose fate is on the screen already; warnings about them join the last line.
        width: Cells per line.
        ink: Colour for errors and warnings.
    """
    ink = ink or Ink()
    grave = [each for each in findings if each.severity is Severity.ERROR]
    grave += [each for each in findings if each.severity is Severity.WARNING and each.column not in told]
    brief = [each for each in findings if each not in grave]
    lines: list[str] = []
    for finding in grave[:MOST_FINDINGS]:
        words = harmless(f"{finding.message} {finding.fix}".strip()).split(" ")
        start = f"{INDENT}{finding.code} {finding.severity.value}  "
        shown = wrapped(words, width, first=start, rest=INDENT * 2)
        dye = ink.bad if finding.severity is Severity.ERROR else ink.wary
        lines += [shown[0].replace(finding.severity.value, dye(finding.severity.value), 1), *shown[1:]]
    if len(grave) > MOST_FINDINGS:
        lines.append(f"{INDENT}… and {len(grave) - MOST_FINDINGS} more in the report")
    if brief:
        by_code: dict[str, list[str]] = {}
        for each in brief:
            by_code.setdefault(f"{each.code} {each.slug}", []).append(harmless(each.column or ""))
        named = [f"{key} ({', '.join(filter(None, names))})" if any(names) else key for key, names in by_code.items()]
        words = " · ".join(named).split(" ")
        lines += wrapped(words, width, first=f"{INDENT}also  ", rest=INDENT * 2, most=3)
    if lines:
        counts = [
            f"{len(found)} {word}{'' if len(found) == 1 else 's'}"
            for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
            if (found := [each for each in findings if each.severity is severity])
        ]
        lines = [f"Findings: {', '.join(counts)}.", *lines]
    return lines
