"""Label by label: how often it occurs, is said, and is said rightly."""

from typing import Any

from pellucid.evaluation import format_count, format_number, format_percent
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up, scrolled

__all__ = ["label_section"]

MOST_LABELS = 100
"""More are in the record."""


def label_section(found: dict[str, Any], *, file: str) -> Markup:
    """Rows with a mistake in them, then a table of the labels."""
    rows, labels = found["rows"], found["labels"]
    wrong = rows - found["all_right"]
    sentence = (
        f"{format_count(wrong)} of {format_count(rows)} rows have at least one label wrong. A row has "
        f"{format_number(found['true_labels'])} labels on average and is said to have "
        f"{format_number(found['said_labels'])}."
    )
    shown = labels[:MOST_LABELS]
    table = lined_up(
        ("label", "rows with it", "said", "found", "right when said", "right either way", "ROC AUC"),
        (
            (
                label["name"],
                format_count(label["rows"]),
                format_count(label["said"]),
                format_percent(label["rightly"] / label["rows"]) if label["rows"] else "no rows",
                format_percent(label["rightly"] / label["said"]) if label["said"] else "never said",
                format_percent(label["right"]),
                "–" if label["roc_auc"] is None else f"{label['roc_auc']:.3f}",
            )
            for label in shown
        ),
    )
    hidden = len(labels) - len(shown)
    rest = element("p", f"{hidden} more labels are in {file} under detail.labels.", class_="quiet")
    note = (
        "Found: of the rows with the label the share that was said to have it; right either way counts the others too"
    )
    return join(element("p", sentence), scrolled(table, "Labels", note=note), rest if hidden else None)
