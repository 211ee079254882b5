"""Findings in order of what they explain: a root cause first, its effects under it and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from pellucid.doctor.rule import Rule
from pellucid.records import Finding, Severity

__all__ = ["Told", "consequences_of", "ranked"]

_GRAVITY = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}


@dataclass(frozen=True)
class Told:
    """A finding with what its order depends on.

    Attributes:
        finding: The finding.
        is_symptom: Whether it shows that something is wrong rather than what.
        causes: Codes of what this one can bring about; None for those of its rule.
    """

    finding: Finding
    is_symptom: bool = False
    causes: tuple[str, ...] | None = None


def consequences_of(code: str, rules: Mapping[str, Rule], causes: tuple[str, ...] | None = None) -> frozenset[str]:
    """Codes of everything that a mistake can bring about, directly (as given or as its rule says) or through others."""
    reached: set[str] = set()
    waiting = list(causes) if causes is not None else list(rules[code].causes) if code in rules else []
    while waiting:
        each = waiting.pop()
        if each not in reached and each != code:
            reached.add(each)
            waiting += rules[each].causes if each in rules else ()
    return frozenset(reached)


def ranked(told: Sequence[Told], rules: Mapping[str, Rule]) -> list[Finding]:
    """Root causes with their effects, the gravest and most certain first.

    A finding becomes an effect of the first finding before it in the order that can bring it about. A finding that is
    only worth knowing explains nothing graver than itself: it is too weak a reason to take an error from sight.
    """
    order = {code: position for position, code in enumerate(rules)}
    reach = {id(each): consequences_of(each.finding.code, rules, each.causes) for each in told}
    present = [each.finding.code for each in told]

    def key(each: Told) -> tuple[int, bool, int, int, int, str, int]:
        finding = each.finding
        # Who brings about others directly comes before who does so by way of third ones.
        direct = each.causes if each.causes is not None else getattr(rules.get(finding.code), "causes", ())
        explained = (-sum(code in direct for code in present), -sum(code in reach[id(each)] for code in present))
        place = (finding.file or "", finding.line or 0)
        return (-_GRAVITY[finding.severity], each.is_symptom, *explained, order.get(finding.code, len(order)), *place)

    waiting = sorted(told, key=key)
    # Whom nobody explains is a root. In a ring of causes everybody is explained: its first one is the root then.
    effects: dict[int, list[Finding]] = {}
    owner: dict[int, int] = {}
    for position, each in enumerate(waiting):
        candidates = [
            other
            for other, root in enumerate(waiting)
            if other != position
            and each.finding.code in reach[id(root)]
            and _may_explain(root.finding, each.finding)
            and not (root.finding.code in reach[id(each)] and other > position)
        ]
        if candidates:
            owner[position] = candidates[0]
    for position, each in enumerate(waiting):
        root = position
        while root in owner:
            root = owner[root]
        if root != position:
            effects.setdefault(root, []).append(each.finding)
    roots = [
        (position, msgspec.structs.replace(each.finding, effects=tuple(effects.get(position, ()))), each.is_symptom)
        for position, each in enumerate(waiting)
        if position not in owner
    ]
    # What has brought about an error stands with the errors.
    roots.sort(key=lambda root: (-max(_GRAVITY[f.severity] for f in (root[1], *root[1].effects)), root[2], root[0]))
    return [finding for _, finding, _ in roots]


def _may_explain(root: Finding, effect: Finding) -> bool:
    return root.severity is not Severity.INFO or effect.severity is Severity.INFO
