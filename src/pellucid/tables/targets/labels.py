"""Multilabel targets: several columns of yes or no, or one column of text such as ``dog|cat``."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from pellucid.printable import grouped, quoted
from pellucid.records import Finding
from pellucid.shapes import Array, Floats
from pellucid.tables.policy import refuse
from pellucid.tables.table import Column
from pellucid.tables.targets.decision import TargetDecision, joined_names
from pellucid.tables.targets.wording import counted_words, small_class_finding, words_of

__all__ = ["YES_OR_NO", "label_columns_target", "label_text_target", "label_values", "says_yes_or_no", "text_labels"]

SEPARATORS = ("|", ";", ",")
"""Tried in this order; the first that stands in any value separates."""
MOST_LABELS = 1_000
YES_OR_NO = {
    **dict.fromkeys(("0", "0.0", "false", "f", "no", "n", "off"), 0.0),
    **dict.fromkeys(("1", "1.0", "true", "t", "yes", "y", "on"), 1.0),
}


def says_yes_or_no(column: Column) -> bool:
    """Whether a column says yes or no: true and false however written, or 0 and 1."""
    if column.storage == "boolean":
        return True
    return column.storage == "number" and set(column.distinct[0].tolist()) <= {0.0, 1.0}


def label_columns_target(
    columns: Sequence[Column], usable: Array, reason: str, missing: int, findings: list[Finding]
) -> TargetDecision:
    """Every column is one label.

    Args:
        columns: At least two.
        usable: Rows in which all of them have a value, bool ``[n]``.
        reason: Why it is multilabel.
        missing: Rows without a whole target.
        findings: So far.

    Raises:
        DataError: B079 for a column that does not say yes or no.
    """
    for column in columns:
        if not says_yes_or_no(column):
            words = words_of(column)
            shown = ", ".join(quoted(word, limit=30) for word in words[:4]) + (", …" if len(words) > 4 else "")
            raise refuse(
                "B079",
                f"The target {column.name!r} holds {shown}; a column of a multilabel target says yes or no (true or"
                " false, 1 or 0). Write it so, or fit a model of its own for it.",
            )
    names = tuple(column.name for column in columns)
    counts = [int(column.values[usable].sum()) for column in columns]
    return _decided(
        names,
        joined_names(names),
        counts,
        reason,
        missing,
        findings,
        columns=names,
        spellings=tuple(column.spellings or ("0", "1") for column in columns),
    )


def label_text_target(column: Column, missing: int, findings: list[Finding]) -> TargetDecision:
    """One column holds each row's labels with a separator between them.

    Raises:
        DataError: B079 if nothing separates labels, B053 if every row has the same ones, B055 for more than a thousand.
    """
    name = column.name
    texts = [str(text) for text in column.as_text() if text is not None]
    separator = next((sign for sign in SEPARATORS if any(sign in text for text in texts)), "")
    if not separator:
        raise refuse(
            "B079",
            f"The target {name!r} holds one label a row, such as {quoted(texts[0], limit=40)}. Several are separated"
            " by | or ; (dog|cat). Ask for multiclass, or name several columns of yes or no.",
        )
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text_labels(text, separator))
    if len(counts) > MOST_LABELS:
        raise refuse(
            "B055",
            f"The target {name!r} holds {grouped(len(counts))} different labels; at most {grouped(MOST_LABELS)} can be"
            " learned. Join the rare ones.",
        )
    if constant := next((label for label, count in counts.items() if count == len(texts)), None):
        raise refuse(
            "B053",
            f"Every row of the target {name!r} has the label {constant!r}, so there is nothing to predict about it."
            " Take it out.",
        )
    labels = sorted(counts)
    return _decided(
        tuple(labels),
        name,
        [counts[label] for label in labels],
        "as asked",
        missing,
        findings,
        columns=(name,),
        separator=separator,
    )


def _decided(
    labels: tuple[str, ...],
    name: str,
    counts: Sequence[int],
    reason: str,
    missing: int,
    findings: list[Finding],
    *,
    columns: tuple[str, ...],
    spellings: tuple[tuple[str, str], ...] = (),
    separator: str = "",
) -> TargetDecision:
    small = small_class_finding(labels, counts, what="label", plural="labels", column=None)
    return TargetDecision(
        name=name,
        task="multilabel",
        classes=labels,
        counts=tuple(counts),
        reason=reason,
        note=f"{grouped(len(labels))} labels: {counted_words(labels, counts, numbers=False)}",
        missing=missing,
        findings=(*findings, *small),
        columns=columns,
        spellings=spellings,
        separator=separator,
    )


def text_labels(text: str, separator: str) -> set[str]:
    """The labels of one row."""
    return {part.strip() for part in text.split(separator)} - {""}


def label_values(columns: Sequence[Column], decision: TargetDecision) -> Floats:
    """1 where a row has the label, 0 where not, NaN in a row without a whole target; float64 ``[n, labels]``.

    Labels that the decision does not know are left aside.

    Raises:
        DataError: B068 if a column holds something else than yes or no.
    """
    if decision.separator:
        place = {label: number for number, label in enumerate(decision.classes)}
        texts = columns[0].as_text()
        values = np.zeros((len(texts), len(place)))
        for row, text in enumerate(texts):
            if text is None:
                values[row] = np.nan
                continue
            for label in text_labels(str(text), decision.separator):
                if label in place:
                    values[row, place[label]] = 1.0
        return values
    spelled = decision.spellings or (("0", "1"),) * len(columns)
    values = np.stack([_yes_or_no(column, words) for column, words in zip(columns, spelled, strict=True)], axis=1)
    values[np.isnan(values).any(axis=1)] = np.nan
    return values


def _yes_or_no(column: Column, spelling: tuple[str, str]) -> Floats:
    if column.storage in ("number", "boolean"):
        values = np.asarray(column.values, dtype=np.float64)
    else:
        meaning = {**YES_OR_NO, spelling[0].casefold(): 0.0, spelling[1].casefold(): 1.0}
        values = np.array(
            [np.nan if text is None else meaning.get(str(text).casefold(), -1.0) for text in column.as_text()],
            dtype=np.float64,
        )
    odd = ~np.isnan(values) & (values != 0) & (values != 1)
    if odd.any():
        found = quoted(str(column.as_text()[int(np.argmax(odd))]), limit=40)
        raise refuse(
            "B068",
            f"The target {column.name!r} said yes or no when the model was made, and holds {found} in row"
            f" {int(np.argmax(odd)) + 1}. Correct the values.",
        )
    return values
