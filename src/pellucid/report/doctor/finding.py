"""One finding on the page: the mistake, its line, what was seen, the fix, and what it brings about."""

from collections.abc import Sequence

from pellucid.doctor.rules import RULES
from pellucid.doctor.source import Source
from pellucid.doctor.telling import shown_file
from pellucid.doctor.text import place_of
from pellucid.evaluation import format_number
from pellucid.records import Edit, Finding, Severity
from pellucid.report.markup import Content, Markup, element, join
from pellucid.report.tables import definitions

__all__ = ["finding_section"]

TITLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
AROUND = 3
"""Lines shown before and after the one at fault."""
LONGEST = 300
"""Letters of one piece of evidence."""


def finding_section(finding: Finding, sources: Sequence[Source]) -> Markup:
    """One root with all that belongs to it.

    Args:
        finding: What was found.
        sources: For the lines about it.
    """
    place = place_of(finding)
    source = _source_of(finding, sources)
    return element(
        "li",
        element(
            "h3",
            element("span", TITLES[finding.severity], class_="level"),
            f"  {finding.code} {finding.slug}",
        ),
        element("p", place, class_="code quiet") if place else None,
        element("p", finding.message),
        _excerpt(finding, source),
        _part("Seen", finding.seen),
        _fix(finding, source),
        _part("Tried", finding.tried),
        _effects(finding),
        _evidence(finding),
        _rule(finding),
        class_=finding.severity.value,
    )


def _part(name: str, words: str) -> Markup | None:
    return element("p", element("b", f"{name}: "), words) if words else None


def _source_of(finding: Finding, sources: Sequence[Source]) -> Source | None:
    return next((each for each in sources if finding.file in (each.file, shown_file(each.file))), None)


def _excerpt(finding: Finding, source: Source | None) -> Markup | None:
    """The line at fault among its neighbours, as the person counts them."""
    if source is None or finding.line is None:
        return None
    first, last = 1, len(source.lines)
    if finding.cell is not None:
        cell = next((each for each in source.cells if each.number == finding.cell), None)
        if cell is None:
            return None
        first, last = cell.first, cell.last
    at = first + finding.line - 1
    if not first <= at <= last:
        return None
    shown = range(max(first, at - AROUND), min(last, at + AROUND) + 1)
    lines = [
        element(
            "li",
            f"{'→' if line == at else ' '} {line - first + 1:>4}  {source.lines[line - 1]}",
            class_="at" if line == at else None,
        )
        for line in shown
    ]
    return element(
        "ol", *lines, class_="code-lines", role="list", aria_label=f"Lines about {place_of(finding)}", tabindex=0
    )


def _fix(finding: Finding, source: Source | None) -> Markup | None:
    if not finding.fix and not finding.edits:
        return None
    words = element("pre", finding.fix, class_="wrap") if finding.fix else None
    changes = _changes(finding.edits, source) if finding.edits and finding.cell is None else None
    return join(element("p", element("b", "Fix:")), words, changes)


def _changes(edits: Sequence[Edit], source: Source | None) -> Markup | None:
    """The fix as lines that go and lines that come."""
    lines = []
    for edit in edits:
        if source is not None and edit.file in (source.file, shown_file(source.file)):
            lines += [("−", number, source.lines[number - 1]) for number in range(edit.first, edit.last + 1)]
        lines += [("+", edit.first + place, text) for place, text in enumerate(edit.text.splitlines())]
    if not lines:
        return None
    return element(
        "ol",
        *(
            element("li", f"{sign} {number:>4}  {text}", class_="gone" if sign == "−" else "new")
            for sign, number, text in lines
        ),
        class_="code-lines",
        role="list",
        aria_label="The fix, line by line",
        tabindex=0,
    )


def _effects(finding: Finding) -> Markup | None:
    if not finding.effects:
        return None
    told = []
    for each in finding.effects:
        code = element("span", f"{each.code} {each.slug}", class_="code quiet")
        told.append(element("li", code, f"  {each.message}", *([f" {each.seen}"] if each.seen else [])))
    return join(element("p", element("b", "It brings about:")), element("ul", *told))


def _evidence(finding: Finding) -> Markup | None:
    """The numbers behind it, as the rule gave them."""
    if not finding.evidence:
        return None
    entries: list[tuple[str, Content]] = [
        (name.replace("_", " "), element("span", _plain(value), class_="code"))
        for name, value in finding.evidence.items()
    ]
    return element("details", element("summary", "Evidence"), definitions(entries))


def _rule(finding: Finding) -> Markup | None:
    """What the rule says about such mistakes."""
    rule = RULES.get(finding.code)
    if rule is None:
        return None
    page = rule.page
    return element(
        "details",
        element("summary", "About this mistake"),
        element("p", page.what),
        element("p", element("b", "Why it hurts: "), page.hurts),
        element("p", element("b", "How it is found: "), page.detection),
        element("p", element("b", "Limits: "), page.limits),
    )


def _plain(value: object) -> str:
    if isinstance(value, float):
        text = format_number(value)
    elif isinstance(value, dict):
        text = ", ".join(f"{name} {_plain(each)}" for name, each in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(map(_plain, value))
    else:
        text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
