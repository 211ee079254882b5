"""Model: trained networks with all that is needed to predict from a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.encoding import Encoded, decode_target, encode
from pellucid.errors import UsageError
from pellucid.models.links import ensemble
from pellucid.models.manifest import Manifest
from pellucid.models.predictor import Predictor
from pellucid.printable import grouped, printable
from pellucid.records import Finding
from pellucid.shapes import Array, Floats
from pellucid.tables import Table, read_table
from pellucid.tables.policy import refuse

__all__ = ["Model", "Prediction"]


@dataclass(frozen=True)
class Prediction:
    """What a model says about the rows of a table.

    Attributes:
        values: Labels (str ``[n]``), or numbers in the target's unit (float64 ``[n]``).
        probabilities: ``[n, c]`` float64, rows sum to 1, classes in the order of ``manifest.classes``; None for a
            regression.
        report: What was odd about the table.
    """

    values: Array
    probabilities: Floats | None
    report: tuple[Finding, ...]


class Model:
    """Predicts from tables. A row's prediction is the same bits whatever other rows come with it.

    Args:
        manifest: What the model is.
        arrays: Stacked parameters ``[m, …]`` by the names of ``parameter_shapes``.
    """

    def __init__(self, manifest: Manifest, arrays: Mapping[str, Array]) -> None:
        self.manifest = manifest
        self.arrays = dict(arrays)
        self._predictor = Predictor(manifest.network, arrays)

    def __repr__(self) -> str:
        manifest = self.manifest
        return (
            f"<Model of {printable(manifest.target, limit=60)}: {manifest.task}, {manifest.members} networks "
            f"{manifest.network}>"
        )

    def read(self, source: Any, *, header: bool | None = None) -> Table:
        """The table, its columns of text read as those of the training table: ``3,652`` by its decimal mark, and so on.

        Args:
            source: Whatever ``read_table`` takes; a Table is returned as it is.
            header: As in ``read_table``.

        Raises:
            DataError: If the table cannot be read.
        """
        return read_table(source, header=header, notations=self.manifest.encoding.notations)

    def predict(self, source: Any, *, header: bool | None = None) -> Array:
        """Labels (str) or numbers in the target's unit (float64), one per row of the table ``[n]``.

        Args:
            source: Whatever ``read_table`` takes: a path, a DataFrame, an array, a Table…
            header: As in ``read_table``; False for a file without a header.

        Raises:
            DataError: If the table cannot be read, lacks a column (B067) or has changed too much (B068).
        """
        return self.predict_table(self.read(source, header=header)).values

    def predict_proba(self, source: Any, *, header: bool | None = None) -> Floats:
        """Probabilities ``[n, c]``, rows sum to 1, classes in the order of ``manifest.classes``; else as ``predict``.

        Raises:
            UsageError: If the model predicts numbers.
            DataError: As ``predict``.
        """
        if self.manifest.task == "regression":
            raise UsageError(
                f"The model predicts {printable(self.manifest.target, limit=60)}, a number, and numbers have no class "
                "probabilities. Use predict (without --proba)."
            )
        probabilities = self.predict_table(self.read(source, header=header)).probabilities
        assert probabilities is not None
        return probabilities

    def predict_table(self, table: Table) -> Prediction:
        """Predictions for a table and what was odd about it.

        Raises:
            DataError: If a column is not there (B067) or has changed too much (B068).
        """
        return self.predict_encoded(encode(self.manifest.encoding, table))

    def predict_encoded(self, encoded: Encoded) -> Prediction:
        """Predictions for a table that is numbers already.

        Raises:
            DataError: If values lie so far out that a prediction overflows (B035).
        """
        rows = len(encoded.numbers)
        width = max(len(self.manifest.classes), 1)
        means = np.empty((width, rows), dtype=np.float64)
        for part, outputs in self._predictor.blocks(encoded.numbers, encoded.codes):
            with np.errstate(over="ignore", invalid="ignore"):
                means[:, part] = ensemble(outputs, self.manifest.link)[:, : part.stop - part.start]
        _require_finite(means)
        report = encoded.report.findings()
        target = self.manifest.target_encoding
        if target.kind == "classes":
            return Prediction(decode_target(target, means.argmax(axis=0)), np.ascontiguousarray(means.T), report)
        with np.errstate(over="ignore"):
            values = decode_target(target, means[0])
        _require_finite(values[None])
        return Prediction(np.clip(values, target.low, target.high) if self.manifest.clamp else values, None, report)


def _require_finite(means: Floats) -> None:
    lost = ~np.isfinite(means).all(axis=0)
    if lost.any():
        raise refuse(
            "B035",
            f"The values of row {int(lost.argmax()) + 1} ({grouped(int(lost.sum()))} such rows) lie so far "
            "from all that the "
            "networks have seen that their outputs overflow. Correct the values, or empty the cells.",
        )
