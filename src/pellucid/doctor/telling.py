"""From what a rule suspects to a finding that people and programs are told."""

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pellucid.doctor.facts import Place
from pellucid.doctor.outcome import Outcome
from pellucid.doctor.rule import Edit, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Finding, Severity

__all__ = ["FAILED", "finding_of", "is_usable", "joined", "note_of_failure", "plain", "severity_of", "shown_file"]

FAILED = ("X000", "rule-failed")
"""Code and slug of the note about a rule that could not be applied."""


def is_usable(found: object) -> bool:
    """Whether a rule gave what it promises to give; a rule may be anybody's."""
    return (
        isinstance(found, Suspicion)
        and all(isinstance(text, str) for text in (found.message, found.seen, found.fix))
        and bool(found.message)
        and (found.place is None or (isinstance(found.place, Place) and isinstance(found.place.line, int)))
        and (found.severity is None or isinstance(found.severity, Severity))
        and isinstance(found.evidence, Mapping)
        and (found.layer is None or isinstance(found.layer, str))
        and (found.step is None or isinstance(found.step, int))
        and all(isinstance(edit, Edit) for edit in found.edits)
    )


def severity_of(rule: Rule, suspicion: Suspicion, outcome: Outcome) -> Severity:
    """How much it matters: a symptom only as much as the run has suffered (the consequence gate)."""
    severity = suspicion.severity or rule.severity
    if not suspicion.is_symptom or outcome.is_bad or severity is Severity.INFO:
        return severity
    return Severity.WARNING if outcome.is_doubtful else Severity.INFO


def joined(suspicions: Sequence[Suspicion]) -> list[Suspicion]:
    """Suspicions of one rule, those about the same line as one.

    What one says of several layers without a line is also one.
    """
    groups: dict[tuple[object, ...], list[Suspicion]] = {}
    for each in suspicions:
        groups.setdefault(each.place[:2] if each.place is not None else (), []).append(each)
    return [_join(group) for group in groups.values()]


def _join(group: Sequence[Suspicion]) -> Suspicion:
    first = group[0]
    layers = list(dict.fromkeys(each.layer for each in group if each.layer is not None))
    others = [f"“{layer}”" if layer else "the model itself" for layer in layers[1:]]
    also = f" Also in {', '.join(others)}." if others else ""
    return Suspicion(
        message=first.message + also,
        seen=first.seen,
        fix=first.fix,
        place=first.place,
        severity=first.severity,
        evidence={**first.evidence, **({"layers": layers} if others else {})},
        layer=first.layer,
        step=min((each.step for each in group if each.step is not None), default=None),
        edits=tuple(dict.fromkeys(edit for each in group for edit in each.edits)),
        is_symptom=all(each.is_symptom for each in group),
        causes=_causes(group),
    )


def _causes(group: Sequence[Suspicion]) -> tuple[str, ...] | None:
    """What any of them can bring about; None, for all that the rule's can, where one does not say."""
    found: dict[str, None] = {}
    for each in group:
        if each.causes is None:
            return None
        found.update(dict.fromkeys(each.causes))
    return tuple(found)


def finding_of(rule: Rule, suspicion: Suspicion, severity: Severity, sources: Iterable[Source]) -> Finding:
    """A finding with its place as the person counts: a notebook's cell, and the line within it."""
    place = suspicion.place
    cell, line = None, place.line if place is not None else None
    source = next((each for each in sources if place is not None and each.file == place.file), None)
    if source is not None and line is not None:
        cell, line = source.cell_of(line)
    return Finding(
        code=rule.code,
        slug=rule.slug,
        severity=severity,
        message=suspicion.message.strip(),
        fix=suspicion.fix.strip("\n"),
        evidence=dict(suspicion.evidence),
        file=shown_file(place.file) if place is not None else None,
        line=line,
        cell=cell,
        layer=suspicion.layer,
        step=suspicion.step,
        seen=suspicion.seen.strip(),
        edits=tuple(msgspec.structs.replace(edit, file=shown_file(edit.file)) for edit in suspicion.edits),
    )


def shown_file(file: str) -> str:
    """A file as one would type it here: relative where it lies below the working directory."""
    if not Path(file).is_absolute():
        return file
    try:
        relative = os.path.relpath(file)
    except ValueError:  # another drive
        return file
    return file if relative.startswith(os.pardir) else relative


def note_of_failure(rule: Rule, reason: str) -> Finding:
    """The note about a rule that raised, took too long or gave nonsense."""
    code, slug = FAILED
    short = reason if len(reason) <= 200 else f"{reason[:200]}…"
    return Finding(
        code=code,
        slug=slug,
        severity=Severity.INFO,
        message=f"Rule {rule.code} {rule.slug} could not be applied: {short}. Nothing else is affected.",
        fix="Please report it, with the program if you can.",
        evidence={"rule": rule.code, "reason": short},
    )


def plain(value: Any) -> Any:
    """A value as JSON has it; numbers of torch and NumPy become Python's, anything else its text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    try:
        return msgspec.to_builtins(value, str_keys=True)
    except (TypeError, ValueError):
        return str(value)
