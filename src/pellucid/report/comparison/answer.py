"""The answer first: one headline, what was asked, and the sentences that say how sure it is."""

from pellucid.evaluation import plural
from pellucid.records import ComparisonRunRecord, FactorRecord
from pellucid.report.comparison.words import (
    choice_sentence,
    claims,
    ending_sentence,
    judged_on,
    metric_title,
    saved_sentence,
)

__all__ = ["answer_sentences", "asked_sentence", "comparison_headline"]

NAME = 60
"""Longest name in a headline."""
MOST_VALUES = 6


def comparison_headline(record: ComparisonRunRecord) -> str:
    """The answer in one line: ``gelu is the best``, ``gelu leads, and 2 others cannot be told apart from it``."""
    if not record.chosen:
        return "Nothing is judged yet"
    best = _cut(record.chosen)
    judged = [each for each in record.variants if each.rank]
    equals = [each for each in judged if each.verdict == "equal"]
    worse = [each for each in judged if each.verdict == "worse"]
    others = "the other finalists" if record.dropped else "all others"
    if len(judged) == 1:
        return f"{best}, judged on its own"
    if any(each.verdict == "untested" for each in judged):
        return f"{best} has the best score, untested"
    if not equals:
        return f"{best} is better than {_cut(worse[0].name)}" if len(judged) == 2 else f"{best} is better than {others}"
    if not worse:
        return f"No {'finalist' if record.dropped else 'variant'} can be told apart from the best"
    also = f"{_cut(equals[0].name)} is" if len(equals) == 1 else f"{plural(len(equals), 'other')} are"
    return f"{best} leads; {also} not clearly worse"


def asked_sentence(record: ComparisonRunRecord) -> str:
    """What was varied and how it was judged: ``activation (relu, gelu) × lr (0.001 to 0.1, 3 values): 6 …``."""
    varied = " × ".join(_varied(each) for each in record.factors)
    drawn = " drawn at random" if record.options.get("draws") else ""
    finalists = f", halved to {plural(len(record.variants), 'finalist')}" if record.dropped else ""
    tried = plural(len(record.variants) + len(record.dropped), "variant")
    counts = f"{tried}{drawn}{finalists}, {plural(record.networks, 'network')}"
    return f"Compared: {varied}: {counts}, by {metric_title(record)} on {judged_on(record)}."


def answer_sentences(record: ComparisonRunRecord) -> tuple[str, ...]:
    """How it ended where that matters, what can be said of the variants, and the choice; each a short paragraph."""
    chosen = " ".join(filter(None, (choice_sentence(record), saved_sentence(record))))
    return tuple(filter(None, (ending_sentence(record), " ".join(claims(record)), chosen)))


def _varied(factor: FactorRecord) -> str:
    values = factor.values
    if factor.scale != "named":
        values = tuple(sorted(values, key=float))
        if len(values) > 2:
            return f"{factor.name} ({values[0]} to {values[-1]}, {plural(len(values), 'value')})"
    shown = ", ".join(map(_cut, values[:MOST_VALUES]))
    return f"{factor.name} ({shown}{f' and {len(values) - MOST_VALUES} more' if len(values) > MOST_VALUES else ''})"


def _cut(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME // 2]}…{name[-NAME // 2 + 1 :]}"
