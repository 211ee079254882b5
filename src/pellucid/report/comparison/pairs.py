"""Pair by pair: how much one variant is ahead of another on the same seeds and folds, and how sure that is."""

from pellucid.evaluation import format_difference, plural
from pellucid.records import ComparisonRunRecord, PairRecord
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import scrolled

__all__ = ["pairs_section"]

MOST = 60
"""Pairs on the page; the others are in comparison.json."""
OPEN = 12
"""Up to so many pairs are shown at once; more are folded up."""


def pairs_section(record: ComparisonRunRecord) -> Markup | None:
    """The pairs, those with the best variant first; None where there is no pair."""
    if not record.pairs:
        return None
    shown = sorted(record.pairs, key=lambda pair: pair.first != record.chosen)[:MOST]
    tested = any(pair.adjusted_p is not None for pair in record.pairs)
    heads = (
        ("", None),
        ("ahead by", "number"),
        ("95 % interval", "number"),
        ("p", "number"),
        ("p, corrected", "number"),
        ("verdict", None),
    )
    table = element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col", class_=kind) for name, kind in heads))),
        element("tbody", *(_row(pair, record) for pair in shown)),
    )
    note = (
        "Differences on the same seeds and folds. The tests allow for folds that share training rows (Nadeau and "
        "Bengio, 2003); corrected p values allow for the number of pairs (Holm, 1979), so that one false claim among "
        "all of them is made at most once in 20 comparisons."
        if tested
        else "Differences on the same rows; a single replicate cannot say how sure they are."
    )
    hidden = len(record.pairs) - len(shown)
    more = element("p", f"{plural(hidden, 'more pair')} in comparison.json.", class_="quiet") if hidden else None
    body = join(scrolled(table, "Pairs", note=note), more)
    if len(shown) <= OPEN:
        return body
    return element("details", element("summary", f"{plural(len(record.pairs), 'pair')}"), body)


def _row(pair: PairRecord, record: ComparisonRunRecord) -> Markup:
    metric = record.metric
    # Ahead is ahead, whichever way the metric counts.
    sign = 1 if record.greater_is_better else -1
    ends = sorted(sign * end for end in (pair.low, pair.high) if end is not None)
    difference = sign * pair.difference
    like = max((abs(end) for end in ends), default=None)
    interval = (
        " to ".join(format_difference(metric, end, unit=False, like=like) for end in ends) if len(ends) == 2 else "–"
    )
    return element(
        "tr",
        element("th", pair.first, element("small", f"ahead of {pair.second}"), scope="row", class_="name pair-name"),
        element("td", format_difference(metric, difference, like=like), class_="number"),
        element("td", interval, class_="number"),
        element("td", _p(pair.p), class_="number"),
        element("td", _p(pair.adjusted_p), class_="number"),
        element("td", {"within noise": "unclear"}.get(pair.verdict, pair.verdict), class_="short"),
        class_=None if pair.verdict == "better" else "out",
    )


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0.0001" if value < 0.0001 else f"{value:.2g}" if value < 0.1 else f"{value:.2f}"
