"""Judging a training: rules asked once per recipe or once per network, and their findings joined."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import msgspec

from pellucid.doctor.diagnosis import examine
from pellucid.doctor.facts import BY_HAND, Session
from pellucid.doctor.own.asked import ASKED, Asked
from pellucid.doctor.own.ruling_out import is_ruled_out
from pellucid.doctor.own.sessions import MemberSeen, members_seen
from pellucid.doctor.own.stuck import stuck
from pellucid.doctor.own.trying import tried
from pellucid.doctor.probing.copies import experiment
from pellucid.doctor.ranking import Told, ranked
from pellucid.doctor.rule import Rule, Suspicion
from pellucid.doctor.rules import RULES
from pellucid.doctor.telling import FAILED
from pellucid.errors import PellucidError
from pellucid.records import Finding, Severity, TargetSpec
from pellucid.training import StackRows, TrainingData, TrainResult

__all__ = ["Judgement", "judge_training"]

_ABOUT_ALL = {each.code for each in ASKED if not each.is_each}
_NO_NOTES = {each.code for each in ASKED if each.least is not Severity.INFO}
_MOST_TRIALS = 2
_GRAVITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Judgement:
    """What the doctor says of a training.

    Attributes:
        findings: Root causes in order, their effects within.
        checks: Rules that were applied.
        blind: What could not be seen, in sentences.
    """

    findings: tuple[Finding, ...] = ()
    checks: int = 0
    blind: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class _Heard:
    """A finding, and the networks that it is about."""

    finding: Finding
    members: tuple[int, ...]


def judge_training(
    result: TrainResult,
    data: TrainingData,
    rows: StackRows,
    *,
    target: TargetSpec,
    columns: Sequence[str] = (),
) -> Judgement:
    """What is wrong with networks that our own trainer has trained; nothing of them is changed.

    Args:
        result: What was trained.
        data: The encoded table that it learned from.
        rows: Each member's units.
        target: What was learned.
        columns: Names of the encoded columns; empty: their numbers are told.

    Returns:
        The judgement. A doctor that fails spoils nothing: it then says so under X000.
    """
    try:
        with experiment():  # even a module that is made draws random numbers
            return _judge(result, data, rows, target, columns)
    except Exception as error:  # whatever it is, the training was none the worse for it
        return Judgement((_failure(error),))


def _judge(
    result: TrainResult, data: TrainingData, rows: StackRows, target: TargetSpec, columns: Sequence[str]
) -> Judgement:
    heard: list[_Heard] = []
    codes: set[str] = set()
    blind: dict[str, None] = {}
    rates: dict[int, float] = {}
    count = 0
    for seen in members_seen(result, data, rows, target):
        count += 1
        rates[seen.member] = seen.lr
        asked = [each for each in ASKED if each.is_each or seen.is_first]
        codes |= {each.code for each in asked}
        blind |= dict.fromkeys(_unseen(seen, data))
        model = seen.network.models[0]
        rules = [_shown(each, seen) for each in asked if not is_ruled_out(each.code, model, seen.outputs)]
        for finding in _flat(examine(seen.network, rules=rules).findings):
            if finding.code in _NO_NOTES and finding.severity is Severity.INFO:
                continue
            members = seen.kin if finding.code in _ABOUT_ALL else (seen.member,)
            heard.append(_Heard(_in_our_words(finding, seen, columns), members))
    joined = list(_joined(heard, count))
    notes = [each for each in joined if each.code == FAILED[0]]
    roots = ranked([Told(each) for each in joined if each.code != FAILED[0]], RULES)
    about = {each.finding.code: each.members[0] for each in reversed(heard)}
    shown = []
    for each in roots[:_MOST_TRIALS]:
        member = about[each.code]
        try:
            shown.append(tried(each, member, rates[member], result, data, rows, target))
        except PellucidError as error:  # a recipe that cannot be changed like that
            shown.append(msgspec.structs.replace(each, tried=f"no change of the recipe could be tried: {error}"))
    return Judgement((*shown, *roots[_MOST_TRIALS:], *notes), len(codes), tuple(blind))


def _shown(asked: Asked, seen: MemberSeen) -> Rule:
    """The rule with its own view of the member, whatever session it is asked about."""
    rule = RULES[asked.code]
    if asked.code == "T608":
        return replace(rule, see=lambda _: stuck(seen), read=None)
    see = rule.see
    assert see is not None
    session: Session = getattr(seen, asked.view)
    return replace(rule, see=partial(_see, see, session), read=None)


def _see(see: Any, session: Session, _: Session) -> list[Suspicion]:
    return list(see(session))


def _unseen(seen: MemberSeen, data: TrainingData) -> Iterator[str]:
    """What the rules had no facts for."""
    if data.units is not None:
        yield "Targets of pairs, triplets and sequences were not compared with columns or outputs."
    elif seen.network.losses[0].kind == BY_HAND:
        yield "What a constant would reach by this loss is not known, so outcomes go by whether the loss fell."


def _flat(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Roots and effects side by side; members are put together first, and put in order then."""
    for finding in findings:
        yield msgspec.structs.replace(finding, effects=())
        yield from finding.effects


def _in_our_words(finding: Finding, seen: MemberSeen, columns: Sequence[str]) -> Finding:
    """Without a line of source, with names of columns and with a fix that ``fit`` takes."""
    asked = next((each for each in ASKED if each.code == finding.code), None)
    message, column = finding.message, None
    if asked is not None and asked.view == "columns" and columns:
        message = re.sub(r"\b([Cc])olumn (\d+)\b", lambda found: _named(found, columns), message)
        number = finding.evidence.get("column")
        column = columns[number] if isinstance(number, int) and number < len(columns) else None
    pull = max((session.first[0]["weight_decay"] for session in seen.penalty.optimizers), default=0.0)
    if finding.code == "T610":
        message = message.replace("weight_decay=", "l2=")
    if finding.code == "N501" and seen.recipe.number_frequencies:
        message = message.replace("the whole network is", "behind its embedding of numbers it is")
    severity = finding.severity
    if asked is not None:
        severity = max(severity, asked.gravest, key=_GRAVITY.__getitem__)
    numbers = {"lower": f"{seen.lr / 10:g}", "higher": f"{seen.lr * 1000:g}", "weaker": f"{pull / 100:g}"}
    return msgspec.structs.replace(
        finding,
        message=message,
        severity=severity,
        fix=asked.fix.format(**numbers) if asked is not None and asked.fix else finding.fix,
        column=column,
        file=None,
        line=None,
        cell=None,
        edits=(),
    )


def _named(found: re.Match[str], columns: Sequence[str]) -> str:
    number = int(found[2])
    return f"{found[1]}olumn {columns[number]!r}" if number < len(columns) else found[0]


def _joined(heard: Sequence[_Heard], count: int) -> Iterator[Finding]:
    """One finding for all networks that share a mistake, in the words of the gravest."""
    groups: dict[tuple[str, str], list[_Heard]] = {}
    for each in heard:
        note = each.finding.message if each.finding.code == FAILED[0] else ""
        groups.setdefault((each.finding.code, note), []).append(each)
    for group in groups.values():
        first = min(group, key=lambda each: _GRAVITY[each.finding.severity]).finding
        members = sorted({member for each in group for member in each.members})
        if first.code == FAILED[0] or len(members) == count:
            yield first
            continue
        alone = len(members) == 1
        which = (
            f"In 1 of {count} networks, number {members[0] + 1}: "
            if alone
            else f"In {len(members)} of {count} networks: "
        )
        yield msgspec.structs.replace(
            first,
            message=which + _lowered(first.message),
            member=members[0] if alone else None,
            evidence={**first.evidence, "members": members},
        )


def _lowered(message: str) -> str:
    """Behind a colon, where the first word is no name."""
    start = message.split(" ", 1)[0]
    return message[:1].lower() + message[1:] if start.isalpha() and start[1:] == start[1:].lower() else message


def _failure(error: Exception) -> Finding:
    code, slug = FAILED
    reason = f"{type(error).__name__}: {error}"[:200]
    return Finding(
        code=code,
        slug=slug,
        severity=Severity.INFO,
        message=f"The doctor could not look at this training ({reason}). Nothing else is affected.",
        fix="Please report it, with the command if you can.",
        evidence={"reason": reason},
    )
