"""The section of a run's mistakes, from what the record keeps about them."""

from pellucid.evaluation import format_percent
from pellucid.records import RunRecord
from pellucid.report.markup import Markup, element, join
from pellucid.report.mistakes.confusion import confusion_section
from pellucid.report.mistakes.counts import count_section
from pellucid.report.mistakes.labels import label_section
from pellucid.report.mistakes.quantiles import quantile_section
from pellucid.report.mistakes.residuals import residual_section
from pellucid.report.mistakes.shares import share_section
from pellucid.report.mistakes.units import column_section, edit_section, order_section

__all__ = ["mistakes_section"]

MOST_TARGETS = 20
"""Targets whose errors are drawn; those of more are in the record."""


def mistakes_section(record: RunRecord, *, file: str = "record.json") -> Markup | None:
    """What is known about the mistakes; None where the record keeps nothing.

    Args:
        record: The run.
        file: Where a reader finds what the page has no room for.
    """
    detail = record.detail
    if "targets" in detail:
        return _several(record, file)
    parts = []
    if "confusion" in detail:
        if record.task == "ordinal":
            parts.append(_distances(detail["confusion"]["table"]))
        parts.append(confusion_section(detail["confusion"], file=file))
    if "labels" in detail:
        parts.append(label_section(detail["labels"], file=file))
    if "shares" in detail:
        parts.append(share_section(detail["shares"], file=file))
    if "counts" in detail:
        parts.append(count_section(detail["counts"]))
    if "quantiles" in detail:
        parts.append(quantile_section(detail["quantiles"], record.target))
    if "order" in detail:
        order = order_section(detail["order"])
        parts += [] if order is None else [order]
    if "columns" in detail:
        parts.append(column_section(detail["columns"], file=file))
    if "edits" in detail:
        parts.append(edit_section(detail["edits"]))
    if "residuals" in detail:
        parts.append(residual_section(detail["residuals"], record.target))
    return join(*parts) if parts else None


def _several(record: RunRecord, file: str) -> Markup:
    """The errors of each target, folded up: the scores above say which are worth a look."""
    targets = record.detail["targets"]
    parts: list[Markup] = [
        element(
            "details",
            element("summary", target["name"]),
            count_section(target["counts"]) if "counts" in target else None,
            residual_section(target["residuals"], target["name"]),
        )
        for target in targets[:MOST_TARGETS]
    ]
    if len(targets) > MOST_TARGETS:
        rest = f"The other {len(targets) - MOST_TARGETS} targets are in {file} under detail.targets."
        parts.append(element("p", rest, class_="quiet"))
    return join(element("p", "The errors of each target, in its own unit:"), *parts)


def _distances(table: list[list[int]]) -> Markup:
    """How many rows are off by how many classes; ``table`` is the confusion table in the order of the classes."""
    total = sum(map(sum, table))
    off = [0] * len(table)
    for true, row in enumerate(table):
        for said, count in enumerate(row):
            off[abs(said - true)] += count
    words = [f"{format_percent(off[0] / total)} of the rows are right"]
    if len(off) > 2:
        words.append(f"{format_percent(off[1] / total)} are off by one class")
        words.append(f"{format_percent(sum(off[2:]) / total)} by more" if any(off[2:]) else "none by more")
    high = sum(count for true, row in enumerate(table) for count in row[true + 1 :])
    low = sum(count for true, row in enumerate(table) for count in row[:true])
    lean = f" {high} are taken for a higher class, {low} for a lower one." if high + low else ""
    return element("p", f"{', '.join(words)}.{lean}")
