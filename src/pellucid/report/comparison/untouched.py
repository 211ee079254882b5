"""The saved model on rows that no choice saw, beside what else could have been saved and beside plain models."""

from pellucid.evaluation import METRICS, format_percent, format_value, plural
from pellucid.records import ComparisonRunRecord, EnsembleRecord
from pellucid.report.comparison.saved import FILE, saved_run
from pellucid.report.comparison.words import saved_ensemble
from pellucid.report.markup import Markup, element, join
from pellucid.report.scores import Contender, contenders_table, plain_contenders, target_scores
from pellucid.report.tables import lined_up, scrolled

__all__ = ["untouched_section"]

MOST_PARTS = 12
"""Variants of one ensemble that are named."""


def untouched_section(record: ComparisonRunRecord) -> Markup:
    """Scores of the saved model, of the other ensembles and of the plain models, all on the same rows.

    Args:
        record: With scores of the saved model.
    """
    saved = saved_ensemble(record)
    title = "The saved networks" if saved is None else _title(saved)
    words = "saved" if saved is None else f"saved; {plural(saved.networks, 'network')}"
    own = Contender(title, words, record.test, ours=True)
    others = [
        Contender(_title(each), plural(each.networks, "network"), each.scores)
        for each in record.ensembles
        if each is not saved and each.scores
    ]
    rows = record.split.get("test_rows")
    on = plural(rows, "row") if isinstance(rows, int) else "The rows"
    note = f"{on} were put aside before anything was compared: neither the variants nor the choice has seen them."
    table = contenders_table([own, *others, *plain_contenders(record.baselines, record.comparisons)], note=note)
    return join(table, target_scores(saved_run(record), file=FILE), _ensembles(record))


def _title(ensemble: EnsembleRecord) -> str:
    return ensemble.title[:1].upper() + ensemble.title[1:]


def _ensembles(record: ComparisonRunRecord) -> Markup | None:
    """How the saved model was picked among the ensembles: by predictions of rows that their networks had not seen."""
    if len(record.ensembles) < 2:
        return None
    rows = []
    for each in record.ensembles:
        parts = sorted(each.variants.items(), key=lambda part: -part[1])
        alike = len({weight for _, weight in parts}) == 1
        told = ", ".join(name if alike else f"{name} ({format_percent(weight)})" for name, weight in parts[:MOST_PARTS])
        more = f" and {len(parts) - MOST_PARTS} more" if len(parts) > MOST_PARTS else ""
        more += ", in equal parts" if alike and len(parts) > 1 else ""
        rows.append(
            [
                element("b", _title(each)) if each.saved else _title(each),
                told + more,
                "–" if each.choice is None else format_value(record.metric, each.choice),
            ]
        )
    title = METRICS[record.metric].title
    table = lined_up(("ensemble", "made of", f"{title}, out of fold"), rows, words=2)
    note = (
        "What is saved was picked by predictions of the compared rows, each made by networks that had not seen the row "
        "and under weights that were chosen without it. The average is that of the best variant and those that are not "
        "worse beyond noise; the greedy selection may take any of the best."
    )
    return scrolled(table, "Ensembles", note=note)
