"""The page of a doctor's run: what is wrong first, each mistake with its line, its evidence and its fix."""

import platform
from collections.abc import Sequence
from importlib.metadata import version

from pellucid.doctor.diagnosis import Diagnosis
from pellucid.doctor.outcome import Outcome
from pellucid.doctor.source import Source
from pellucid.doctor.text import heading
from pellucid.evaluation import format_number, plural
from pellucid.records import Finding, Severity
from pellucid.report.doctor.finding import finding_section
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.shell import html_page
from pellucid.report.tables import definitions

__all__ = ["render_diagnosis"]


def render_diagnosis(
    found: Diagnosis, *, subject: str, sources: Sequence[Source] = (), command: str = "", notes: Sequence[str] = ()
) -> bytes:
    """The report of one diagnosis as one self-contained HTML file, UTF-8; equal input gives equal bytes.

    It fetches nothing and sends nothing; whatever came from the program is escaped.

    Args:
        found: What the doctor says.
        subject: What was looked at, such as ``train.py``.
        sources: Files whose lines are shown where a finding names them.
        command: How it was looked at, for people.
        notes: What was skipped, in sentences.
    """
    roots = [each for each in found.findings if each.severity is not Severity.INFO]
    asides = [each for each in found.findings if each.severity is Severity.INFO]
    sections: list[tuple[str, Markup]] = []
    if roots:
        sections.append(("What is wrong", _findings(roots, sources)))
    if asides:
        sections.append(("Worth knowing", _findings(asides, sources)))
    unseen = [*found.blind, *notes]
    sections.append(
        (
            "What was not seen",
            element("ul", *(element("li", sentence) for sentence in unseen), class_="plain")
            if unseen
            else element("p", "Nothing that the doctor knows of."),
        )
    )
    sections.append(("How it was looked at", _looked(found, subject, command)))
    return html_page(
        f"{subject}, looked at by the doctor",
        _header(found, subject),
        sections,
        "Pellucid's doctor. This page works offline and sends nothing.",
    )


def _findings(found: Sequence[Finding], sources: Sequence[Source]) -> Markup:
    return element("ul", *(finding_section(each, sources) for each in found), class_="findings")


def _header(found: Diagnosis, subject: str) -> list[Markup]:
    lines = [_came_out(found.outcome)]
    if found.crashed:
        lines.insert(0, "An error ended the program.")
    if found.findings:
        title = heading(found.findings, subject=subject, silenced=found.silenced)
        first = found.findings[0]
        lines.insert(0, first.message)
    else:
        what = "explains the error" if found.crashed else "is wrong"
        title = f"Nothing found in {subject} that {what}"
        lines.insert(0, f"{plural(found.checks, 'check')} were made.")
    words = [element("p", line, class_="verdict") for line in lines if line]
    return [element("p", f"{subject}, looked at by the doctor", class_="eyebrow"), element("h1", title), *words]


def _came_out(outcome: Outcome) -> str:
    """How the training came out, as far as its loss tells."""
    if outcome.first is None or outcome.last is None:
        return ""
    told = f"Training loss from {format_number(outcome.first)} to {format_number(outcome.last)}"
    if outcome.trivial is not None:
        told += f"; the best constant would have {format_number(outcome.trivial)}"
    if outcome.is_diverged:
        return f"{told}: it diverged."
    if outcome.is_stuck:
        return f"{told}: nothing was learned that a constant could not say."
    return f"{told}."


def _looked(found: Diagnosis, subject: str, command: str) -> Markup:
    entries: list[tuple[str, Content]] = [("looked at", subject)]
    if command:
        entries.append(("command", element("span", command, class_="code")))
    entries.append(("checks", plural(found.checks, "rule")))
    if found.silenced:
        entries.append(("silenced by comments", plural(found.silenced, "finding")))
    entries.append(
        ("versions", f"pellucid {version('pellucid')} · torch {version('torch')} · Python {platform.python_version()}")
    )
    first = found.findings[0] if found.findings else None
    hint = None
    if first is not None:
        silence = f"    # pellucid: ignore[{first.code}]   silences a line" if first.line is not None else ""
        hint = element("pre", f"pellucid rule {first.code}{silence}")
    return join(definitions(entries), hint)
