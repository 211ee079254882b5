"""From a run's folder to figures of how good its predictions of the test rows are."""

import numpy as np

from pellucid.figures.calibration import calibration_figure
from pellucid.figures.confusion import confusion_figure
from pellucid.figures.figure import FigureData
from pellucid.figures.number_fit import fit_figure, residuals_figure
from pellucid.figures.ranked import OneAgainstRest, precision_recall_figure, roc_figure
from pellucid.figures.runs.folder import RunFolder
from pellucid.figures.runs.predictions import ClassPredictions, LabelPredictions, NumberPredictions

__all__ = [
    "calibration",
    "confusion",
    "fit",
    "no_confusion",
    "no_numbers",
    "no_probabilities",
    "precision_recall",
    "residuals",
    "roc",
]


def no_confusion(folder: RunFolder) -> str:
    """Why nothing can be confused."""
    if "confusion" in folder.record.detail:
        return ""
    return f"A {folder.record.task} task has no classes to confuse." if folder.record.test else _UNJUDGED


def confusion(folder: RunFolder) -> FigureData:
    """The confusion table of the test rows."""
    found = folder.record.detail["confusion"]
    return confusion_figure(np.array(found["table"]), found["labels"])


def no_probabilities(folder: RunFolder) -> str:
    """Why there is no class with a probability."""
    if folder.predictions is None:
        return _missing(folder, "probabilities of classes")
    if isinstance(folder.predictions, NumberPredictions):
        return f"A {folder.record.task} task predicts numbers, no classes."
    if folder.predictions.probabilities is None:
        return "Its networks give scores, no probabilities."
    return ""


def roc(folder: RunFolder) -> FigureData:
    """ROC curves of the test rows."""
    score = next((each for each in folder.record.test if each.metric == "roc_auc" and not each.target), None)
    known = score is not None and score.low is not None and score.high is not None
    return roc_figure(_against_rest(folder), interval=(score.low, score.high) if known else None)  # type: ignore[union-attr, arg-type]


def precision_recall(folder: RunFolder) -> FigureData:
    """Precision and recall of the test rows."""
    return precision_recall_figure(_against_rest(folder))


def calibration(folder: RunFolder) -> FigureData:
    """Calibration of the test rows: of the second class of two, of the predicted one of several, of all labels."""
    found = folder.predictions
    assert not isinstance(found, NumberPredictions) and found is not None and found.probabilities is not None
    if isinstance(found, LabelPredictions):
        return calibration_figure(found.probabilities.ravel(), found.truth.ravel(), "a label")
    if len(found.classes) == 2:
        return calibration_figure(found.probabilities[:, 1], found.truth == 1, f"class {found.classes[1]}")
    likeliest = found.probabilities.argmax(axis=1)
    said = found.probabilities[np.arange(len(likeliest)), likeliest]
    return calibration_figure(said, found.truth == likeliest, "the likeliest class")


def no_numbers(folder: RunFolder) -> str:
    """Why there are no predicted numbers."""
    if folder.predictions is None:
        return _missing(folder, "predicted numbers")
    if not isinstance(folder.predictions, NumberPredictions):
        return f"A {folder.record.task} task predicts classes, no numbers."
    return ""


def fit(folder: RunFolder) -> FigureData:
    """Predicted over true numbers of the test rows."""
    found = folder.predictions
    assert isinstance(found, NumberPredictions)
    return fit_figure(found.truth, found.predicted, found.names)


def residuals(folder: RunFolder) -> FigureData:
    """What predictions of the test rows leave."""
    found = folder.predictions
    assert isinstance(found, NumberPredictions)
    return residuals_figure(found.truth, found.predicted, found.names)


_UNJUDGED = "It ended before it was judged on the test rows."


def _missing(folder: RunFolder, what: str) -> str:
    if not folder.record.test:
        return _UNJUDGED
    if not (folder.path / "test_predictions.csv").is_file():
        return "The folder has no test_predictions.csv."
    return f"A {folder.record.task} task has no {what}."


def _against_rest(folder: RunFolder) -> list[OneAgainstRest]:
    found = folder.predictions
    assert not isinstance(found, NumberPredictions) and found is not None and found.probabilities is not None
    if isinstance(found, LabelPredictions):
        return [
            OneAgainstRest(label, found.truth[:, place], found.probabilities[:, place])
            for place, label in enumerate(found.labels)
        ]
    assert isinstance(found, ClassPredictions)
    # Of two classes one says it all: the other's curve is its mirror image.
    first = 1 if len(found.classes) == 2 else 0
    return [
        OneAgainstRest(label, found.truth == place, found.probabilities[:, place])
        for place, label in enumerate(found.classes)
        if place >= first
    ]
