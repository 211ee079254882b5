"""Diagnosis: every rule asked, contained; what they suspect silenced, weighed, joined and put in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any

from pellucid.doctor.containing import LIMIT, LIMIT_AT_THE_END, Runner, TooSlowError
from pellucid.doctor.facts import Session
from pellucid.doctor.gathering import gather_failed_loss, gather_sources, gather_stopped_gpu
from pellucid.doctor.outcome import Outcome, outcome_of
from pellucid.doctor.ranking import Told, ranked
from pellucid.doctor.rule import Rule, Suspicion
from pellucid.doctor.rules import RULES
from pellucid.doctor.source import Source
from pellucid.doctor.suppression import is_silenced
from pellucid.doctor.telling import finding_of, is_usable, joined, note_of_failure, plain, severity_of
from pellucid.doctor.text import report_lines
from pellucid.doctor.undisturbed import undisturbed
from pellucid.records import Finding

__all__ = ["Diagnosis", "diagnose", "examine"]

MOST = 1000
"""Suspicions of one rule that are listened to; whoever has more goes round in circles."""


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What was found, and how much was looked at.

    Attributes:
        findings: Root causes in order, their effects within.
        checks: Rules that were applied.
        silenced: Findings that comments in the source silence.
        outcome: How the run came out.
        blind: What could not be seen, in sentences.
        crashed: Whether an error ended the program.
    """

    findings: list[Finding]
    checks: int = 0
    silenced: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    blind: tuple[str, ...] = ()
    crashed: bool = False

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__  # what a notebook shows

    def lines(self, **shown: Any) -> list[str]:
        """The report line by line; ``subject``, ``width`` and ``dye`` as ``report_lines`` takes them."""
        told: dict[str, Any] = {"checks": self.checks, "silenced": self.silenced, "blind": self.blind}
        return report_lines(self.findings, crashed=self.crashed, **told, **shown)


def diagnose(
    session: Session,
    *,
    sources: Sequence[Source] = (),
    rules: Mapping[str, Rule] | Iterable[Rule] = RULES,
    limit: float | None = None,
) -> list[Finding]:
    """What is wrong with a training program, the root of it first.

    Args:
        session: What was observed; an empty one where nothing was.
        sources: Files to read as well. Those in ``session.sources`` serve what was observed there, and are read only
            if they are given here too.
        rules: Rules to apply.
        limit: Seconds of computing that a rule may take; None for 2 while the program runs and 5 once it has ended.

    Returns:
        Findings with their effects; rules that failed are noted under the code ``X000``. Nothing that a rule does
        reaches the program: neither errors nor random states nor modes.
    """
    return examine(session, sources=sources, rules=rules, limit=limit).findings


def examine(
    session: Session,
    *,
    sources: Sequence[Source] = (),
    rules: Mapping[str, Rule] | Iterable[Rule] = RULES,
    limit: float | None = None,
) -> Diagnosis:
    """The same, with how much was looked at and silenced."""
    asked = {rule.code: rule for rule in (rules.values() if isinstance(rules, Mapping) else rules)}
    is_gpu_gone = gather_stopped_gpu(session)
    gather_failed_loss(session)
    gather_sources(session)
    known = list({source.file: source for source in (*session.sources, *sources)}.values())
    told: list[Told] = []
    notes: list[Finding] = []
    silenced = 0
    with undisturbed(session), Runner(_limit(session) if limit is None else limit) as runner:
        try:
            outcome = runner.run(partial(outcome_of, session))
        except (TooSlowError, RuntimeError):  # losses of a kind that nobody thought of
            outcome = Outcome()
        for rule in asked.values():
            try:
                suspicions = _ask(rule, session, sources, runner)
            except (TooSlowError, RuntimeError) as error:
                if not (is_gpu_gone and "CUDA error" in str(error)):  # that is told once
                    notes.append(note_of_failure(rule, str(error)))
                continue
            for suspicion in joined(suspicions):
                if is_silenced(rule, suspicion.place, known):
                    silenced += 1
                    continue
                finding = finding_of(rule, suspicion, severity_of(rule, suspicion, outcome), known)
                told.append(Told(finding, suspicion.is_symptom, suspicion.causes))
    crashed = session.error is not None and not isinstance(session.error, KeyboardInterrupt)
    findings = [*ranked(told, asked), *notes]
    return Diagnosis(findings, len(asked), silenced, outcome, tuple(session.blind), crashed)


def _limit(session: Session) -> float:
    return LIMIT_AT_THE_END if session.is_over else LIMIT


def _ask(rule: Rule, session: Session, sources: Sequence[Source], runner: Runner) -> list[Suspicion]:
    """What a rule suspects.

    What it saw happen in a file makes what it reads there superfluous: it is the same mistake, with more evidence.

    Raises:
        TooSlowError: If it takes too long.
        RuntimeError: If it raises or gives anything but suspicions.
    """
    seen = runner.run(_listening(rule.see, session)) if rule.see is not None else []
    files = {suspicion.place.file for suspicion in seen if suspicion.place is not None}
    read: list[Suspicion] = []
    if rule.read is not None:
        for source in sources:
            if source.file not in files:
                read += runner.run(_listening(rule.read, source))
    places = {each.message: each.place for each in reversed(read)}
    found = [replace(each, place=each.place or places.get(each.message)) for each in seen]
    said = {(each.message, each.place) for each in found}
    return found + [each for each in read if (each.message, each.place) not in said]


def _listening(ask: Callable[..., object], about: object) -> Callable[[], list[Suspicion]]:
    """A call of a rule that also takes what it gives, since a generator does its work only then."""

    def listen() -> list[Suspicion]:
        answer = ask(about)
        if not isinstance(answer, Iterable):
            raise TypeError(f"it gave {type(answer).__name__} where suspicions are expected")
        found: list[Suspicion] = []
        for each in islice(answer, MOST):
            if not is_usable(each) or not isinstance(each, Suspicion):
                raise TypeError(f"it gave {type(each).__name__} where a suspicion is expected, or one with wrong parts")
            found.append(replace(each, evidence={str(key): plain(value) for key, value in each.evidence.items()}))
        return found

    return listen
