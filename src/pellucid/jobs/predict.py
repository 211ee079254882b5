"""A saved model's answers for a table, as a CSV that appears whole or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.jobs.findings import reading_findings
from pellucid.models import read_model
from pellucid.models.told import answer_columns, probability_columns
from pellucid.records import Finding, write_whole
from pellucid.records.delimited import encode_csv

__all__ = ["Predictions", "predict"]


_CALLED = {"embedding": "vector", "ranking": "score", "reconstruction": "code"}


@dataclass(frozen=True)
class Predictions:
    """Predictions of one table.

    Attributes:
        target: What was predicted.
        rows: One prediction for each row of the table, or for each sequence, in its order.
        content: The CSV: column ``prediction``, or ``prediction_<part>`` for each of several numbers, labels, shares or
            quantiles; ``vector0`` … of an embedding, ``code0`` … of a reconstruction, ``score`` of a ranking, the group
            beside the ``prediction`` of a sequence; with probabilities also ``probability_<class>`` for each class or
            label.
        findings: How the table was read (numbers written out, rows left out …), then unseen categories, filled values
            and the like, counted.
        called: What one of them is called.
    """

    target: str
    rows: int
    content: bytes
    findings: tuple[Finding, ...]
    called: str = "prediction"


def predict(
    model: str | Path,
    source: Any,
    *,
    probabilities: bool = False,
    header: bool | None = None,
    out: str | Path | None = None,
) -> Predictions:
    """Predict every row of a table with a saved model.

    Args:
        model: Model file.
        source: Anything that ``read_table`` takes; extra columns and another order are fine.
        probabilities: Also the probability of each class or label; not for numbers.
        header: Whether a file's first row holds names; None looks.
        out: File to write, whole or not at all; None writes none.

    Raises:
        ModelFileError: If the model file cannot be trusted.
        DataError: If a column is missing or cannot be read as the model needs it.
        UsageError: If probabilities are asked of a model of numbers, or of one that tells classes by scores.
        SurroundingsError: If the file cannot be written.
    """
    loaded = read_model(Path(model))
    manifest, target = loaded.manifest, loaded.manifest.target_encoding
    if probabilities:
        loaded.require_probabilities("Leave out --proba (probabilities=True).")
    table = loaded.read(source, header=header)
    prediction = loaded.predict_table(table)
    columns = answer_columns(manifest, prediction)
    if probabilities:
        columns |= probability_columns(target, prediction.probabilities)
    content = encode_csv(columns)
    if out is not None:
        write_whole(Path(out), content)
    return Predictions(
        manifest.target,
        len(prediction.values),
        content,
        (*reading_findings(table, manifest), *prediction.report),
        _CALLED.get(manifest.task, "prediction"),
    )
