"""Which fixes are tried, and how the mended texts come about."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from pellucid.doctor.confirming.order import Order, Shown
from pellucid.doctor.confirming.side_by_side import run_trials
from pellucid.doctor.confirming.words import told
from pellucid.doctor.facts import Launch, Session
from pellucid.doctor.source import apply_edits
from pellucid.records import Finding

__all__ = ["confirm"]


def confirm(session: Session, findings: Sequence[Finding]) -> list[Finding]:
    """Try every fix that can be made by itself on a copy of the program, beside the program as it is.

    Programs run from their start, in processes of their own, until 60 updates or 30 seconds are over. No source on the
    disk is changed; files that a program writes are written again.

    Args:
        session: What was observed of a script; where it has no ``launch``, nothing is tried.
        findings: What was found in it.

    Returns:
        The same findings, with ``tried`` where a fix was tried.
    """
    chosen = [position for position, finding in enumerate(findings) if finding.edits]
    if session.launch is None or not chosen:
        return list(findings)
    mended = {position: _mended(session, findings[position]) for position in chosen}
    possible = [texts for texts in mended.values() if isinstance(texts, dict)]
    trials = _try(session, session.launch, possible) if possible else []
    confirmed = list(findings)
    fault, fixed = trials[0] if trials else None, iter(trials[1:])
    for position, texts in mended.items():
        finding = findings[position]
        tried = texts if isinstance(texts, str) else told(finding, fault, next(fixed))
        confirmed[position] = msgspec.structs.replace(finding, tried=tried)
    return confirmed


def _try(session: Session, launch: Launch, mended: Sequence[dict[str, str]]) -> list[Shown | None]:
    """What the program as it is shows, and what each mended copy does."""
    files = {file for texts in mended for file in texts}
    as_is = {_absolute(source.file): source.text for source in session.sources}
    programs = [{file: as_is[file] for file in files}, *mended]  # all of them as they were when they were looked at
    with tempfile.TemporaryDirectory(prefix="pellucid-", ignore_cleanup_errors=True) as folder:
        orders = [
            Order(
                script=launch.script,
                arguments=launch.arguments,
                texts=texts,
                answer=str(Path(folder) / f"{number}.answer"),
            )
            for number, texts in enumerate(programs)
        ]
        return run_trials(orders, folder=launch.folder)


def _mended(session: Session, finding: Finding) -> dict[str, str] | str:
    """File → text with the fix in it; a sentence where it cannot be made."""
    texts: dict[str, str] = {}
    for file in dict.fromkeys(edit.file for edit in finding.edits):
        path = _absolute(file)
        source = next((source for source in session.sources if _absolute(source.file) == path), None)
        if source is None:
            return f"the fix was not tried: {file} could not be read."
        try:
            texts[path] = apply_edits(source.text, [edit for edit in finding.edits if edit.file == file])
        except ValueError as error:
            return f"the fix was not tried: {error}"
    return texts


def _absolute(file: str) -> str:
    return os.path.normpath(Path.cwd() / file)
