"""Rule: one mistake, how it is found, and its page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pellucid.doctor.facts import Place, Session
from pellucid.doctor.source import Source
from pellucid.records import Edit, Severity

__all__ = ["Edit", "Page", "Rule", "Suspicion"]


@dataclass(frozen=True)
class Suspicion:
    """What a rule has found; the doctor makes a finding of it.

    Attributes:
        message: One or two sentences: what is wrong and why it hurts, with this program's names.
        seen: The evidence in one sentence, with numbers.
        fix: Code that mends it, one or a few lines, in the program's own names where they are known.
        place: Where; None where no line is known.
        severity: None for the rule's own.
        evidence: The numbers, as plain JSON values.
        layer: Path of the layer.
        step: Update after which it was seen, counted from 1.
        edits: The fix as changes of the source, if it can be made by itself.
        is_symptom: Whether it is a symptom that may be harmless: an error then only if the run is also no better than
            a trivial baseline, or diverged; else shown as info (the consequence gate).
        causes: Codes of what this very finding can bring about; None for the rule's.
    """

    message: str
    seen: str = ""
    fix: str = ""
    place: Place | None = None
    severity: Severity | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    layer: str | None = None
    step: int | None = None
    edits: tuple[Edit, ...] = ()
    is_symptom: bool = False
    causes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Page:
    """What ``pellucid rule CODE`` says.

    Attributes:
        what: What the mistake is, a paragraph.
        wrong: A minimal wrong program, as code.
        right: The same, mended.
        hurts: Why it hurts, with numbers where there are any.
        detection: How it is found, thresholds with their reasons.
        limits: What it does not see, and where it may be mistaken.
        sources: Papers, documentation, threads.
    """

    what: str
    wrong: str
    right: str
    hurts: str
    detection: str
    limits: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One mistake.

    Attributes:
        code: Such as ``L101``; never changes.
        slug: Readable name, never changes.
        severity: Of its findings, unless they say otherwise.
        stages: When it can be found: some of ``"S"`` static, ``"P"`` probe, ``"D"`` during training.
        summary: What is wrong, one line.
        page: The whole story.
        causes: Codes of what it can bring about. Findings of those codes are told as its effects.
        see: Looks at what was observed.
        read: Looks at source alone, without running it.
    """

    code: str
    slug: str
    severity: Severity
    stages: str
    summary: str
    page: Page
    causes: tuple[str, ...] = ()
    see: Callable[[Session], Iterable[Suspicion]] | None = None
    read: Callable[[Source], Iterable[Suspicion]] | None = None
