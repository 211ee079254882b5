"""The answer first: one headline and a few sentences that a person can act on."""

from collections.abc import Sequence

from pellucid.evaluation import METRICS, plural
from pellucid.records import ComparisonRecord, RunRecord, Severity
from pellucid.report.saying import said_of

__all__ = ["headline", "verdict_sentences"]


def headline(record: RunRecord) -> str:
    """The verdict in one line: ``Better than logistic regression, level with gradient boosting``."""
    titles = _titles(record)
    simple = next((c for c in record.comparisons if c.baseline == "majority"), None)
    if simple is not None and simple.verdict != "better":
        return f"Nothing learned that beats {titles['majority']}"
    rivals = [comparison for comparison in _strongest_first(record) if comparison.baseline != "majority"]
    if not rivals:
        return f"{record.target}, predicted from {record.source.name}"
    parts = []
    for words, verdict in (("better than", "better"), ("level with", "within noise"), ("worse than", "worse")):
        names = [titles[comparison.baseline] for comparison in rivals if comparison.verdict == verdict]
        if names:
            parts.append(f"{words} {_listed(names)}")
    line = ", ".join(parts)
    return line[0].upper() + line[1:]


def verdict_sentences(record: RunRecord) -> tuple[str, ...]:
    """How good, how sure, against what, and what to beware of; each entry is a short paragraph."""
    found = [_how_good(record)] if record.test else []
    if record.comparisons:
        found.append(_against(record))
    cautions = _cautions(record)
    if cautions:
        found.append(" ".join(cautions))
    return tuple(found)


def _how_good(record: RunRecord) -> str:
    rows = int(record.split.get("test_rows", 0))
    where = f"On {plural(rows, 'row')} that nothing has seen" if rows else "On rows that nothing has seen"
    return f"{where}, {said_of(record)}"


def _against(record: RunRecord) -> str:
    sentences = [comparison.sentence for comparison in _strongest_first(record) if comparison.sentence]
    text = ". ".join(sentence[0].upper() + sentence[1:] for sentence in sentences)
    text = f"{text}." if text else ""
    titles = _titles(record)
    worse = [c for c in record.comparisons if c.verdict == "worse" and c.baseline != "majority"]
    if worse:
        text += f" For this table, prefer {titles[_best_of(worse).baseline]}, or give the networks more to learn from."
    return text.strip()


def _strongest_first(record: RunRecord) -> list[ComparisonRecord]:
    order = ("boosting", "neighbours", "linear", "principal", "majority")
    return sorted(record.comparisons, key=lambda found: order.index(found.baseline) if found.baseline in order else 0)


def _best_of(worse: Sequence[ComparisonRecord]) -> ComparisonRecord:
    # The rival that leads by most: differences are network minus baseline.
    sign = 1 if METRICS[worse[0].metric].greater_is_better else -1
    return min(worse, key=lambda comparison: sign * comparison.difference)


def _cautions(record: RunRecord) -> list[str]:
    found = []
    if record.ended == "interrupted":
        found.append("Training was interrupted; the best networks so far were kept.")
    diverged = sum(member.ended == "diverged" for member in record.members)
    if diverged:
        found.append(f"{diverged} of {plural(len(record.members), 'network')} diverged.")
    leaks = sorted(
        {finding.column for finding in record.findings if finding.slug.startswith("leak") and finding.column}
    )
    if leaks:
        gives = "seems" if len(leaks) == 1 else "seem"
        found.append(
            f"{_listed(leaks)} {gives} to give {record.target} away: if that is not known at the time of predicting, "
            "leave it out with --drop, or these numbers promise too much."
        )
    errors = sum(finding.severity == Severity.ERROR for finding in record.findings)
    if errors:
        found.append(
            f"{plural(errors, 'finding')} below {'says' if errors == 1 else 'say'} that the result may be wrong."
        )
    return found


def _titles(record: RunRecord) -> dict[str, str]:
    named = {baseline.name: baseline.title for baseline in record.baselines}
    return {
        comparison.baseline: named.get(comparison.baseline, comparison.baseline) for comparison in record.comparisons
    }


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
