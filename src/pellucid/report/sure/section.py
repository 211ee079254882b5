"""The section that says how sure the networks are, and whether they may be."""

import numpy as np

from pellucid.evaluation import format_count, format_number, format_percent
from pellucid.evaluation.deciding import told_class
from pellucid.records import RunRecord
from pellucid.report.markup import Markup, element, join
from pellucid.report.sure.calibration import calibration_error, calibration_figure, calibration_groups
from pellucid.report.sure.errors import distance_figure, scatter_figure
from pellucid.report.sure.predictions import ClassPredictions, NumberPredictions, read_predictions
from pellucid.report.sure.ranking import roc_figure
from pellucid.report.tables import lined_up, scrolled
from pellucid.report.words import percent

__all__ = ["sure_section"]

SURE = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)


def sure_section(record: RunRecord, predictions: bytes) -> Markup | None:
    """Calibration and ROC of classes, distances from the truth of numbers; None for other targets.

    Args:
        record: The run.
        predictions: Its ``test_predictions.csv``.
    """
    found = read_predictions(predictions, record)
    if isinstance(found, ClassPredictions):
        return _of_classes(record, found)
    return _of_numbers(record, found) if isinstance(found, NumberPredictions) else None


def _of_classes(record: RunRecord, found: ClassPredictions) -> Markup:
    said = told_class(found.probabilities, ordered=record.task == "ordinal")
    surety, right = found.probabilities[np.arange(len(said)), said], said == found.truth
    if len(record.classes) == 2:
        what = f"“{_cut(record.classes[1])}”"
        groups = calibration_groups(found.probabilities[:, 1], found.truth == 1)
    else:
        what = "the said class"
        groups = calibration_groups(surety, right)
    off = calibration_error(groups)
    lean = float(surety.mean() - right.mean())
    manner = "surer than they may be" if lean > 0 else "less sure than they may be"
    sentence = (
        f"Probabilities of {what} are off by {_points(off)} on average (calibration error on the test rows). "
        f"The networks say {format_percent(float(surety.mean()))} of the class they name and are right for "
        f"{format_percent(float(right.mean()))}"
    )
    sentence += f": they are {manner} by {_points(abs(lean))}." if abs(lean) >= 0.01 else ": about as sure as they may."
    rows = []
    for least in SURE:
        sure = surety >= least
        count = int(sure.sum())
        if least and count == len(surety):
            continue
        # The last step that still has rows is worth showing, and so is that the next one has none.
        share = format_percent(float(right[sure].mean())) if count else "–"
        rows.append(
            (
                "all" if not least else f"at least {percent(least)}",
                format_count(count),
                format_percent(count / len(surety)),
                share,
            )
        )
    table = lined_up(("said with", "rows", "of all", "right"), rows)
    note = "If only those answers are taken that are given with at least so much probability"
    curve = roc_figure(found.truth, found.probabilities, record.classes)
    return join(
        element("p", sentence),
        element("div", calibration_figure(groups, what=what), curve, class_="pair"),
        scrolled(table, "Answers by probability", note=note),
    )


def _of_numbers(record: RunRecord, found: NumberPredictions) -> Markup:
    off = np.abs(found.said - found.truth)
    half, most = (format_number(float(np.quantile(off, share))) for share in (0.5, 0.95))
    sentence = (
        f"Take a prediction of {record.target} plus or minus {most}: nineteen of twenty test rows lie within; half of "
        f"them lie within {half}. These distances are the same for all predictions; where errors grow with the "
        "prediction, the figure of true values by prediction shows it."
    )
    return join(
        element("p", sentence),
        element("div", distance_figure(found), scatter_figure(found, _cut(record.target)), class_="pair"),
    )


def _points(share: float) -> str:
    return f"{100 * share:.1f} points"


def _cut(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
