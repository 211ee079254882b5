"""What halving did before anything was judged: its rounds, and the variants that it gave up."""

from pellucid.evaluation import format_count, format_number, format_percent, plural
from pellucid.records import ComparisonRunRecord
from pellucid.report.comparison.saved import FILE
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up, scrolled

__all__ = ["halving_section"]

MOST = 20
"""Dropped variants on the page."""


def halving_section(record: ComparisonRunRecord) -> Markup | None:
    """Its rounds and whom it gave up last; None where there was none, or where everybody was a finalist."""
    if not record.rungs:
        return None
    rounds = lined_up(
        ("round", "of the epochs", "trained", "went on"),
        (
            (str(place), format_percent(each.share), format_count(each.trained), format_count(each.kept))
            for place, each in enumerate(record.rungs, start=1)
        ),
        words=0,
    )
    splits = record.design.get("splits")
    on = f"{splits} divisions" if isinstance(splits, int) and splits > 1 else "one division"
    note = (
        f"All variants trained on {on} of the rows, a round at a time, and the better ones went on. Only those that "
        "were left are judged above, on folds of their own."
    )
    parts = [scrolled(rounds, "Rounds", note=note)]
    if not all(each.whole for each in record.rungs):
        parts.append(element("p", "Time ended the last of these rounds before its end.", class_="quiet"))
    if record.dropped:
        given_up = lined_up(
            ("given up", "round", "epochs", "validation error"),
            (
                (
                    each.name,
                    str(each.rung),
                    format_count(each.epochs),
                    "–" if each.error is None else format_number(each.error),
                )
                for each in record.dropped[:MOST]
            ),
        )
        told = (
            "Those that were given up, the last and best first. The error is that after so many epochs, on the rows "
            "that halving held out: it ranks variants of one round, and is no score as above."
        )
        parts.append(scrolled(given_up, "Given up", note=told))
    hidden = len(record.dropped) - MOST
    if hidden > 0:
        parts.append(element("p", f"{plural(hidden, 'more variant')} in {FILE} under dropped.", class_="quiet"))
    return join(*parts)
