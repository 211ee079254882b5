"""A program mended by what the doctor offers: the changes of its root findings, made in its text."""

from collections.abc import Iterable, Sequence

from pellucid.doctor.source import apply_edits
from pellucid.records import Edit, Finding, Severity

__all__ = ["edits_for", "mended", "regained"]


def edits_for(findings: Sequence[Finding], file: str) -> tuple[Edit, ...]:
    """Changes of one file that the first graver finding offers, one of its effects' where it offers none itself.

    Args:
        findings: Roots in order, as ``diagnose`` gives them.
        file: The file, as the edits name it.
    """
    for root in findings:
        for finding in (root, *root.effects):
            edits = tuple(edit for edit in finding.edits if edit.file == file)
            if edits:
                return edits
        if root.severity is not Severity.INFO:
            return ()  # the gravest has no change to offer; those behind it mend something else
    return ()


def mended(text: str, edits: Iterable[Edit]) -> str:
    """The program with the changes made.

    Raises:
        ValueError: If two changes want the same line.
        SyntaxError: If what comes out is no Python.
    """
    changed = apply_edits(text, edits)
    compile(changed, "<mended>", "exec")
    return changed


def regained(fault: float, twin: float, mended_value: float) -> float:
    """The share of the twin's gain that the mended program has, 1 for all of it; more where it does better."""
    return (mended_value - fault) / (twin - fault) if twin != fault else float("nan")
