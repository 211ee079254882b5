"""A standing in sentences: who cannot be told apart, who is worse by how much, and what could have been found.

One sentence a claim, the answer first; hundreds of variants are counted rather than listed.
"""

import math

from pellucid.experiments.statistics.importance import FactorImportance
from pellucid.experiments.statistics.outcome import Pair, Standing, Variant
from pellucid.experiments.statistics.wording import (
    count_of,
    difference_text,
    ends_text,
    names_text,
    p_text,
    share_text,
    value_text,
)

__all__ = ["choice_sentence", "factor_sentences", "sentences", "verdict_sentences"]

NAMED = 6
"""Up to so many variants of one verdict are named; more are counted."""
MEASURED = 3
"""Up to so many worse variants are told each with its difference; of more the least and the largest."""
NOTEWORTHY = 0.2
"""Of the differences; what factors do only together is told from here on."""


def sentences(standing: Standing) -> tuple[str, ...]:
    """Everything worth saying, in the order of reading: verdict, power, failures, factors, choice."""
    return (
        *verdict_sentences(standing),
        *_power_sentences(standing),
        *_failure_sentences(standing),
        *factor_sentences(standing),
        choice_sentence(standing),
    )


def choice_sentence(standing: Standing) -> str:
    """Which variant is chosen: ``Chosen: gelu, the first of equals.``."""
    among = ", the first of equals" if len(standing.equals) > 1 else ""
    return f"Chosen: {names_text([standing.chosen])}{among}."


def verdict_sentences(standing: Standing) -> tuple[str, ...]:
    """Who cannot be told apart from the best and who is worse; why nothing can be said where there is no test."""
    best = names_text([standing.chosen])
    tested = [one for one in standing.variants if one.verdict != "failed"]
    if len(tested) == 1:
        alone = "the only variant" if len(standing.variants) == 1 else "the only variant with a score"
        return (f"{best} is {alone}: there is nothing to compare it with.",)
    if standing.replicates < 2:
        seeds = "Other seeds on the same held-out rows" if standing.networks > 1 else "One held-out part"
        return (f"{seeds} cannot tell variants apart: that takes 2 folds or more. {best} has the best score.",)
    return (*_equal_sentences(standing, best), *_worse_sentences(standing, best))


def factor_sentences(standing: Standing) -> tuple[str, ...]:
    """Which factor mattered most, and the best levels; nothing where fewer than two factors vary."""
    found = standing.importance
    if found is None or len(found.factors) < 2:
        return ()
    if found.noise is None:
        shares = [f"{_name(one)} {share_text(one.share)}" for one in found.factors if one.share is not None]
        return (f"Of the differences, noise included: {names_text(shares)}.",) if shares else ()
    # The share may be next to nothing where a test finds it real, and large where it is luck.
    mattering = [one for one in found.factors if one.share and one.p is not None and one.p <= standing.level]
    if not mattering:
        return ("No factor made a difference beyond noise.",)
    first, others = mattering[0], mattering[1:]
    lead = f"{_name(first)} mattered most ({share_text(first.share or 0)} of the differences)"
    if not others:
        lead = f"Only {_name(first)} mattered ({share_text(first.share or 0)} of the differences)"
    text = lead + "".join(f", then {_name(one)} ({share_text(one.share or 0)})" for one in others)
    if found.plan == "grid" and found.rest >= NOTEWORTHY:
        text += f"; {share_text(found.rest)} is how factors combine"
    return (f"{text}.", f"Best on average: {_best_levels(mattering)}.")


def _equal_sentences(standing: Standing, best: str) -> tuple[str, ...]:
    equals = standing.equals
    if len(equals) < 2:
        return ()
    # In a small comparison every pair is known, and "cannot be told apart" is meant of each pair of the group.
    names = {one.label for one in equals}
    group = [pair for pair in standing.pairs if pair.first in names and pair.second in names]
    all_alike = not standing.against_best and all(_adjusted(pair) > standing.level for pair in group)
    if not all_alike:
        group = [pair for pair in group if pair.first == standing.chosen]
    p = p_text(min(_adjusted(pair) for pair in group), least=len(group) > 1)
    if len(equals) > NAMED:
        total = len(standing.variants)
        if all_alike and len(equals) == total:
            return (f"The {total} variants cannot be told apart ({p}).",)
        who = "the others" if len(equals) == total else f"{len(equals) - 1} of {total} variants"
        return (f"{who[0].upper()}{who[1:]} cannot be told apart from the best, {best} ({p}).",)
    if all_alike:
        return (f"{names_text([one.label for one in equals])} cannot be told apart ({p}).",)
    return (f"{names_text([one.label for one in equals[1:]])} cannot be told apart from {best} ({p}).",)


def _worse_sentences(standing: Standing, best: str) -> tuple[str, ...]:
    worse = standing.worse
    if not worse:
        return ()
    against = {pair.second: pair for pair in standing.pairs if pair.first == standing.chosen}
    # Who is meant by "worse" is clear where others stand beside the best, or where the best was just named.
    than = f" than {best}" if len(standing.equals) == 1 or len(worse) > MEASURED else ""
    if len(worse) <= MEASURED:
        first, *others = (f"by {_size(standing, against[one.label])}" for one in worse)
        text = f"{names_text([worse[0].label])} is worse{than} {first}"
        rest = [f"{names_text([one.label])} {size}" for one, size in zip(worse[1:], others, strict=True)]
        return (text + "".join(f", {one}" for one in rest) + ".",)
    sizes = sorted(abs(against[one.label].difference) for one in worse)
    most = difference_text(standing.unit, sizes[-1])
    least = difference_text(standing.unit, sizes[0], like=sizes[-1]).split(" point")[0]
    who = names_text([one.label for one in worse]) if len(worse) <= NAMED else str(len(worse))
    return (f"{who} are worse{than}, by {least} to {most}.",)


def _power_sentences(standing: Standing) -> tuple[str, ...]:
    if standing.detectable is None:
        return ()
    found, odds = standing.detectable.difference, _odds(standing.detectable.power)
    if standing.unit == "share" and found >= 1:
        return (f"{standing.replicates} held-out parts are too few to find any difference {odds}.",)
    text = f"A difference of {difference_text(standing.unit, found)} would have been found {odds}"
    # The pair of middle noise speaks; of noisier variants it would not be true, and the table beside it shows so.
    equals = {one.label for one in standing.equals}
    noisier = [
        pair.second
        for pair in standing.pairs
        if pair.first == standing.chosen and pair.second in equals and abs(pair.difference) > found
    ]
    if not noisier:
        return (f"{text}.",)
    who = names_text(noisier) if len(noisier) <= NAMED else f"{len(noisier)} variants"
    return (f"{text}, but not of {who}, whose scores vary more.",)


def _failure_sentences(standing: Standing) -> tuple[str, ...]:
    failed = [one for one in standing.variants if one.failures]
    if not failed:
        return ()
    lost = [one for one in failed if one.verdict == "failed"]
    some = [one for one in failed if one.verdict != "failed"]
    told = []
    if some and standing.worst is not None:
        counts = f"a failure counts as the worst score seen, {value_text(standing.unit, standing.worst)}"
        told.append(f"{_failures(some, standing.networks)}; {counts}.")
    if lost:
        who = names_text([one.label for one in lost]) if len(lost) <= NAMED else f"{len(lost)} variants"
        each = count_of(standing.networks, standing.networks)
        verb = "are" if len(lost) > 1 else "is"
        told.append(f"{who} failed in {each}{' each' if len(lost) > 1 else ''} and {verb} not compared.")
    return tuple(told)


def _failures(some: list[Variant], networks: int) -> str:
    if len(some) > MEASURED:
        return f"{len(some)} variants failed in some of their networks"
    first, *others = some
    text = f"{names_text([first.label])} failed in {count_of(first.failures, networks)}"
    return text + "".join(f", {names_text([one.label])} in {one.failures}" for one in others)


def _size(standing: Standing, pair: Pair) -> str:
    """``3.1 points (1.9 to 4.4)``: how much worse the second is, whichever way the metric counts."""
    size = abs(pair.difference)
    if pair.low is None or pair.high is None:
        return difference_text(standing.unit, size)
    low, high = (pair.low, pair.high) if pair.difference > 0 else (-pair.high, -pair.low)
    text = difference_text(standing.unit, size, like=max(abs(low), abs(high)))
    return text if low == high else f"{text} ({ends_text(standing.unit, low, high)})"


def _adjusted(pair: Pair) -> float:
    return math.nan if pair.adjusted is None else pair.adjusted


def _odds(power: float) -> str:
    return "4 times in 5" if math.isclose(power, 0.8) else f"with a probability of {share_text(power)}"


def _name(factor: FactorImportance) -> str:
    return names_text([factor.name])


def _best_levels(factors: list[FactorImportance]) -> str:
    return ", ".join(f"{_name(one)} {names_text([one.best])}" for one in factors)
