"""A comparison in words and numbers that the screen and the page share."""

import re
from collections.abc import Sequence

from pellucid.evaluation import METRICS, format_number, format_score, format_value, plural
from pellucid.printable import MINUS, printable
from pellucid.records import ComparisonRunRecord, EnsembleRecord, FactorRecord, VariantRecord

__all__ = [
    "Numbers",
    "choice_sentence",
    "claims",
    "ending_sentence",
    "judged_on",
    "metric_title",
    "ordered_factor",
    "saved_ensemble",
    "saved_sentence",
    "scheme_of",
    "shown_variants",
]

FAR = 1000.0
"""Beyond so many times the best mean digits are not worth their room."""
SCHEMES = {
    "grouped": "groups kept together",
    "alike": "equal rows kept together",
    "time": "by time",
    "stratified": "stratified",
}


class Numbers:
    """How one comparison writes values of its metric: all with the same decimals, so that they can be compared.

    Args:
        record: Its best variant settles the decimals.
    """

    def __init__(self, record: ComparisonRunRecord) -> None:
        self._metric = record.metric
        self._like = next((each.mean for each in record.variants if each.mean), None)

    def value(self, value: float) -> str:
        """A mean, or an end of an interval."""
        if self._like and abs(value) > FAR * abs(self._like):
            # Of a loss that ran away, the order of magnitude is all there is to know.
            return re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.1e}").replace("-", MINUS)
        if METRICS[self._metric].unit in ("target", "loss"):
            return format_number(value, like=self._like)
        return format_value(self._metric, value)

    def interval(self, low: float | None, high: float | None) -> str:
        """Both ends; empty where there are none."""
        if low is None or high is None:
            return ""
        return f"{self.value(low)}{' to ' if low < 0 else '–'}{self.value(high)}"


def metric_title(record: ComparisonRunRecord) -> str:
    """What variants are judged by: ``accuracy``, ``RMSE (less is better)``."""
    title = METRICS[record.metric].title
    return title if record.greater_is_better else f"{title} (less is better)"


def scheme_of(record: ComparisonRunRecord) -> str:
    """How folds were drawn; ``alike`` where groups are equal rows, for which nobody asked."""
    scheme = str(record.design.get("scheme"))
    return "alike" if scheme == "grouped" and not record.options.get("group") else scheme


def judged_on(record: ComparisonRunRecord) -> str:
    """Where the scores come from: ``held-out folds, paired over 10 seeds × 5 folds, stratified``."""
    design = record.design
    complete = int(design.get("complete", 0))
    scheme = SCHEMES.get(scheme_of(record))
    if complete:
        over = f"{plural(complete, 'seed')} × {plural(int(design['folds']), 'fold')}"
    else:
        over = plural(max((each.replicates for each in record.variants), default=0), "fold")
    return f"held-out folds, paired over {over}{f', {scheme}' if scheme else ''}"


def ending_sentence(record: ComparisonRunRecord) -> str:
    """What is to be known before anything else where a comparison did not come to its end; empty where it did."""
    if record.ended == "finished":
        return ""
    asked, complete = int(record.design["seeds"]), int(record.design.get("complete", 0))
    cause = "Stopped" if record.ended == "interrupted" else "Time was over"
    reached = sum(each.rank > 0 for each in record.variants)
    if not reached:
        return f"{cause} before any variant was judged."
    if complete == asked:
        # All networks are judged, and only the winner was not trained again.
        return f"{cause} before the winner was trained again; all networks are judged." if not record.test else ""
    if complete:
        return f"{cause} after {complete} of {plural(asked, 'seed')}, which are told here."
    folds, asked_folds = max(each.replicates for each in record.variants), int(record.design["folds"])
    text = f"{cause} within the first seed: variants are judged on {folds} of {plural(asked_folds, 'fold')}"
    missing = len(record.variants) - reached
    return f"{text}, and {missing} of {plural(len(record.variants), 'variant')} not at all." if missing else f"{text}."


def claims(record: ComparisonRunRecord) -> tuple[str, ...]:
    """What can be said of the variants, without who is chosen, which is told with its scores."""
    return tuple(sentence for sentence in record.sentences if not sentence.startswith("Chosen: "))


def saved_ensemble(record: ComparisonRunRecord) -> EnsembleRecord | None:
    """The saved model among the ensembles."""
    return next((each for each in record.ensembles if each.saved), None)


def choice_sentence(record: ComparisonRunRecord, *, limit: int | None = None) -> str:
    """``Chosen: gelu, the first of equals; on 179 rows that the choice never saw: accuracy 0.821 (0.76–0.87).``.

    Args:
        record: The comparison.
        limit: Characters of the name at most.
    """
    if not record.chosen:
        return ""
    text = f"Chosen: {printable(record.chosen, limit=limit)}{f', {record.reason}' if record.reason else ''}"
    own = next((each.scores for each in record.ensembles if each.kind == "winner" and each.scores), ())
    saved = saved_ensemble(record)
    if not own and (saved is None or saved.kind == "winner"):
        own = record.test
    if not own:
        return f"{text}."
    rows = record.split.get("test_rows")
    on = plural(rows, "row") if isinstance(rows, int) else "rows"
    return f"{text}; on {on} that the choice never saw: {METRICS[own[0].metric].title} {format_score(own[0])}."


def saved_sentence(record: ComparisonRunRecord) -> str:
    """What is saved, where that is not the chosen variant alone; empty otherwise."""
    saved = saved_ensemble(record)
    if saved is None or saved.kind == "winner" or not record.test:
        return ""
    title = METRICS[record.test[0].metric].title
    return (
        f"Saved: {printable(saved.title)}, picked on the held-out folds; on the same untouched rows: {title}"
        f" {format_score(record.test[0])}."
    )


def ordered_factor(record: ComparisonRunRecord) -> FactorRecord | None:
    """The one factor of numbers along which variants stand in order; None where there are others, or names."""
    if len(record.factors) != 1 or record.factors[0].scale == "named":
        return None
    return record.factors[0]


def shown_variants(
    record: ComparisonRunRecord, most: int, *, path: int
) -> tuple[Sequence[VariantRecord], FactorRecord | None]:
    """Variants to show: along a factor of numbers in its order, else the best ones; with that factor.

    Args:
        record: The comparison.
        most: Variants at most, where they stand by rank.
        path: The same where they stand along a factor: evenly spaced, the best one always among them.
    """
    scored = [each for each in record.variants if each.rank]
    factor = ordered_factor(record)
    if factor is None:
        return scored[:most], None
    ordered = sorted(scored, key=lambda each: float(each.levels[factor.name]))
    if len(ordered) > path:
        kept = {round(place * (len(ordered) - 1) / (path - 1)) for place in range(path)}
        ordered = [each for place, each in enumerate(ordered) if place in kept or each.rank == 1]
    return ordered, factor
