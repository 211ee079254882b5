"""Findings as text: the answer first, then each root with its evidence, its fix and what it brings about."""

import ast
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from pellucid.printable import printable
from pellucid.records import Finding, Severity

__all__ = ["Dye", "counted", "finding_lines", "heading", "place_of", "report_lines"]

Dye: TypeAlias = Callable[[str, str], str]
"""Colours a text: the first argument is ``error``, ``warning``, ``info``, ``quiet`` or ``strong``."""

INDENT = "  "
LABEL = 8
NORMAL = 80
TITLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def _undyed(_: str, text: str) -> str:
    return text


def report_lines(
    findings: Sequence[Finding],
    *,
    subject: str = "",
    checks: int = 0,
    silenced: int = 0,
    blind: Sequence[str] = (),
    crashed: bool = False,
    width: int = NORMAL,
    dye: Dye = _undyed,
) -> list[str]:
    """Everything that was found, or one line that says in how many checks nothing was.

    Args:
        findings: Roots in order, effects within.
        subject: What was looked at, such as ``train.py``.
        checks: Rules that were applied.
        silenced: Findings that comments silence.
        blind: What could not be seen, in sentences.
        crashed: Whether an error has ended the program.
        width: Cells per line.
        dye: Colour.
    """
    unseen = [line for sentence in blind for line in _wrapped(sentence, width, "Not seen:", INDENT)]
    if not findings:
        about = f" in {printable(subject)}" if subject else ""
        found = "found that explains the error" if crashed else "wrong found"
        line = f"Doctor: nothing {found}{about} in {_plural(checks, 'check')}."
        return [line + (f" {silenced} silenced." if silenced else ""), *unseen]
    lines = [dye("strong", heading(findings, subject=subject, silenced=silenced))]
    for finding in findings:
        lines += ["", *finding_lines(finding, width=width, dye=dye)]
    first = findings[0]
    ends = [f"More: pellucid rule {first.code}."] if first.code != "X000" else []
    if first.line is not None:
        ends.append(f"Silence a line: # pellucid: ignore[{first.code}]")
    lines += ["", *unseen] if unseen else []
    return [*lines, *(["", dye("quiet", "   ".join(ends))] if ends else [])]


def heading(findings: Sequence[Finding], *, subject: str = "", silenced: int = 0) -> str:
    """Such as ``3 findings in train.py: 1 error, 2 consequences``."""
    total = len(findings) + sum(len(each.effects) for each in findings)
    about = f" in {printable(subject)}" if subject else ""
    hidden = f" ({silenced} silenced)" if silenced else ""
    return f"{_plural(total, 'finding')}{about}: {counted(findings)}{hidden}"


def counted(findings: Sequence[Finding]) -> str:
    """How many of each severity, and how many consequences."""
    parts = [(sum(each.severity is severity for each in findings), title) for severity, title in TITLES.items()]
    parts.append((sum(len(each.effects) for each in findings), "consequence"))
    return ", ".join(_plural(count, title) for count, title in parts if count)


def place_of(finding: Finding) -> str:
    """Such as ``train.py:58``, ``lesson.ipynb cell 3:5`` or ``layer encoder.0``; empty where none is known."""
    if finding.file is not None and finding.line is not None:
        cell = f" cell {finding.cell}" if finding.cell is not None else ""
        return f"{printable(finding.file)}{cell}:{finding.line}"
    if finding.file is not None:
        return printable(finding.file)
    if finding.layer:
        return f"layer {printable(finding.layer)}"
    return f"member {finding.member}" if finding.member is not None else ""


def finding_lines(finding: Finding, *, width: int = NORMAL, dye: Dye = _undyed) -> list[str]:
    """One root: code, severity and name, the place at the right, then what a person needs to know."""
    title = TITLES[finding.severity]
    head, place = f"{finding.code} {title}  {finding.slug}", place_of(finding)
    blanks = width - len(head) - len(place)
    shown = head.replace(title, dye(finding.severity.value, title), 1).replace(
        finding.code, dye("strong", finding.code), 1
    )
    # A path is never broken: it has to be clicked.
    fits = blanks >= 2 or not place
    lines = [(shown + " " * max(0, blanks) + place).rstrip()] if fits else [shown, INDENT + place]
    lines += _wrapped(finding.message, width, INDENT, INDENT)
    if finding.severity is Severity.INFO:
        return lines
    lines += _labelled("seen", _wrapped(finding.seen, width - len(INDENT) - LABEL), dye)
    lines += _labelled("fix", _fix_lines(finding.fix, width - len(INDENT) - LABEL), dye)
    lines += _labelled("tried", _wrapped(finding.tried, width - len(INDENT) - LABEL), dye)
    effects = " · ".join(f"{each.code} {_first_sentence(each.message)}" for each in finding.effects)
    return lines + _labelled("causes", _wrapped(effects, width - len(INDENT) - LABEL), dye)


def _labelled(label: str, texts: Sequence[str], dye: Dye) -> list[str]:
    if not texts:
        return []
    first = INDENT + dye("quiet", label) + " " * (LABEL - len(label)) + texts[0]
    return [first, *(" " * (len(INDENT) + LABEL) + text for text in texts[1:])]


def _fix_lines(fix: str, width: int) -> list[str]:
    """Code stays as it is, however long; sentences are wrapped."""
    lines = [line.rstrip() for line in fix.split("\n") if line.strip()]
    if _is_code(fix):
        return [printable(line) for line in lines]
    return [part for line in lines for part in ([printable(line)] if _is_code(line) else _wrapped(line, width))]


def _is_code(text: str) -> bool:
    stripped = text.strip()
    try:
        ast.parse(f"{stripped} pass" if stripped.endswith(":") else stripped)
    except (SyntaxError, ValueError):
        return False
    return True


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?:;])\s", text, maxsplit=1)[0].rstrip(".:;")


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    lines: list[str] = []
    line = first
    for word in printable(text).split():
        if line.strip() and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = rest
        line = f"{line} {word}" if line.strip() else line + word
    return [*lines, line] if line.strip() else lines


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
