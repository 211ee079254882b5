"""A saved model's answers for a table, as a CSV that appears whole or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.errors import UsageError
from pellucid.jobs.findings import reading_findings
from pellucid.models import read_model
from pellucid.records import Finding, write_whole
from pellucid.records.delimited import encode_csv

__all__ = ["Predictions", "predict"]


@dataclass(frozen=True)
class Predictions:
    """Predictions of one table.

    Attributes:
        target: What was predicted.
        rows: One prediction for each row of the table, in its order.
        content: The CSV: column ``prediction``, with probabilities also ``probability_<class>`` for each class.
        findings: How the table was read (numbers written out, rows left out …), then unseen categories, filled values
            and the like, counted.
    """

    target: str
    rows: int
    content: bytes
    findings: tuple[Finding, ...]


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
        probabilities: Also the probability of each class; classification only.
        header: Whether a file's first row holds names; None looks.
        out: File to write, whole or not at all; None writes none.

    Raises:
        ModelFileError: If the model file cannot be trusted.
        DataError: If a column is missing or cannot be read as the model needs it.
        UsageError: If probabilities are asked of a regression.
        SurroundingsError: If the file cannot be written.
    """
    loaded = read_model(Path(model))
    manifest = loaded.manifest
    if probabilities and manifest.task == "regression":
        raise UsageError(
            f"{manifest.target} is a number, so there are no probabilities; leave out --proba (probabilities=True)."
        )
    table = loaded.read(source, header=header)
    prediction = loaded.predict_table(table)
    columns: dict[str, Any] = {"prediction": prediction.values.tolist()}
    if probabilities and prediction.probabilities is not None:
        for code, name in enumerate(manifest.classes):
            columns[f"probability_{name}"] = prediction.probabilities[:, code].tolist()
    content = encode_csv(columns)
    if out is not None:
        write_whole(Path(out), content)
    return Predictions(
        manifest.target, len(prediction.values), content, (*reading_findings(table, manifest), *prediction.report)
    )
