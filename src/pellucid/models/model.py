"""Model: trained networks with all that is needed to predict from a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from pellucid.encoding import Encoded, decode_target, encode, side_by_side
from pellucid.errors import UsageError
from pellucid.heads import HEADS
from pellucid.models.coding import code_predictor
from pellucid.models.manifest import Manifest
from pellucid.models.mixture import Mixture
from pellucid.models.parts import own_arrays
from pellucid.models.predictor import Predictor
from pellucid.models.spelling import spell
from pellucid.printable import grouped, printable
from pellucid.records import Finding
from pellucid.shapes import Array, Codes, Floats
from pellucid.tables import Runs, Table, find_runs, read_table
from pellucid.tables.policy import refuse

__all__ = ["Model", "Prediction"]


@dataclass(frozen=True)
class Prediction:
    """What a model says about the rows of a table.

    Attributes:
        values: In the target's own form: classes (str ``[n]``), labels as they are written (str ``[n, labels]``, or
            joined, str ``[n]``), numbers or counts (float64 ``[n]`` or ``[n, t]``), quantiles (float64
            ``[n, levels]``), shares of the target's total (float64 ``[n, parts]``), unit vectors or codes (float64
            ``[n, width]``), scores (float64 ``[n]``); of s sequences their labels joined by blanks (str ``[s]``).
        decided: Class numbers int64 ``[n]``, or labels 0 or 1 int64 ``[n, labels]``; of a reconstruction the encoded
            columns that come back, float64 ``[n, columns]``; of sequences their labels' numbers from 1, then zeros,
            int64 ``[s, longest]``; the values where nothing is decided.
        probabilities: Float64: of classes ``[n, c]``, shares ``[n, parts]``, whose rows sum to 1, or of labels
            ``[n, labels]``, in the order of ``manifest.classes``; None for numbers, and where a network gives scores.
        report: What was odd about the table.
        runs: Where the sequences lie in the table; None where rows are predicted.
    """

    values: Array
    decided: Array
    probabilities: Floats | None
    report: tuple[Finding, ...]
    runs: Runs | None = None


class Model:
    """Predicts from tables. A row's prediction is the same bits whatever other rows come with it.

    Networks of several shapes and heads predict together as ``Mixture`` says.

    Args:
        manifest: What the model is.
        arrays: Stacked parameters ``[m, …]`` by the names of ``parameter_shapes``, those of further parts behind
            ``part2.``, ``part3.`` …
    """

    def __init__(self, manifest: Manifest, arrays: Mapping[str, Array]) -> None:
        self.manifest = manifest
        self.arrays = dict(arrays)
        parts = manifest.parts
        self._predictors = tuple(
            Predictor(part.network, own) for part, own in zip(parts, own_arrays(arrays, len(parts)), strict=True)
        )
        self._mixture = Mixture([HEADS(part.head) for part in parts], manifest.spec)
        self._weights = None if manifest.weights is msgspec.UNSET else np.array(manifest.weights)
        coded = manifest.code_layers
        self._code = code_predictor(manifest.network, arrays, coded) if coded else None

    def __repr__(self) -> str:
        manifest = self.manifest
        networks = ", ".join(f"{part.members} networks {part.network}" for part in manifest.parts)
        return f"<Model of {printable(manifest.target, limit=60)}: {manifest.task}, {networks}>"

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
        """What is predicted in the target's own form, row by row; see ``Prediction.values``.

        Args:
            source: Whatever ``read_table`` takes: a path, a DataFrame, an array, a Table…
            header: As in ``read_table``; False for a file without a header.

        Raises:
            DataError: If the table cannot be read, lacks a column (B067) or has changed too much (B068).
        """
        return self.predict_table(self.read(source, header=header)).values

    def predict_proba(self, source: Any, *, header: bool | None = None) -> Floats:
        """Probabilities of classes or labels, or shares; see ``Prediction.probabilities``. Else as ``predict``.

        Raises:
            UsageError: If the model predicts numbers, or scores.
            DataError: As ``predict``.
        """
        self.require_probabilities("Use predict.")
        probabilities = self.predict_table(self.read(source, header=header)).probabilities
        assert probabilities is not None
        return probabilities

    def require_probabilities(self, remedy: str) -> None:
        """Refuse to give probabilities where there are none.

        Args:
            remedy: What to do instead.

        Raises:
            UsageError: If the model predicts numbers, or scores.
        """
        manifest = self.manifest
        name = printable(manifest.target, limit=60)
        if manifest.task == "reconstruction":
            raise UsageError(f"The networks give a code for each row, and no probabilities. {remedy}")
        if not manifest.classes:
            raise UsageError(f"{name} is a number, so there are no probabilities. {remedy}")
        if manifest.task in ("embedding", "sequence"):
            what = "a vector for each row" if manifest.task == "embedding" else "whole sequences"
            raise UsageError(f"The networks give {what} for {name}, and no probabilities. {remedy}")
        if self._mixture.gives == "scores":
            raise UsageError(
                f"The networks tell {name} by scores ({self._mixture.name}), which are no probabilities. {remedy}"
            )

    def predict_table(self, table: Table, runs: Runs | None = None) -> Prediction:
        """Predictions for a table and what was odd about it.

        Args:
            table: Its columns by name.
            runs: Where sequences lie; None finds them by their group. Of no account where rows are predicted.

        Raises:
            DataError: If a column is not there (B067) or has changed too much (B068).
            UnknownColumnError: If the table of sequences has no column that holds them together.
        """
        encoded = encode(self.manifest.encoding, table)
        target = self.manifest.target_encoding
        if target.kind != "symbols":
            return self.predict_encoded(encoded)
        if runs is None:
            runs = find_runs(table.column(target.group))
        frames = side_by_side(encoded.numbers, runs, target.context)
        predictions = self._predictions(frames, np.zeros((len(frames), 0), dtype=np.int64))
        said = spell(self._mixture.decide(predictions), runs, target.classes)
        return Prediction(said.texts, said.codes, None, encoded.report.findings(), runs)

    def predict_encoded(self, encoded: Encoded) -> Prediction:
        """Predictions for a table that is numbers already, for rows that stand for themselves.

        Raises:
            DataError: If values lie so far out that a prediction overflows (B035).
        """
        predictions = self._predictions(encoded.numbers, encoded.codes)
        report, target = encoded.report.findings(), self.manifest.target_encoding
        if self._code is not None:
            codes = self._code.predict(encoded.numbers, encoded.codes)[0].astype(np.float64)
            return Prediction(codes, np.ascontiguousarray(predictions.T), None, report)
        decided = self._decided(predictions)
        if target.kind == "scores" or self._mixture.gives == "vectors":
            return Prediction(decided, decided, None, report)
        if target.kind in ("classes", "labels"):
            probabilities = None if self._mixture.gives == "scores" else np.ascontiguousarray(predictions.T)
            return Prediction(decode_target(target, decided), decided, probabilities, report)
        values = decode_target(target, decided, clamp=self.manifest.clamp)
        _require_finite(np.atleast_2d(values.T))
        shares = np.ascontiguousarray(predictions.T) if target.kind == "shares" else None
        return Prediction(values, values, shares, report)

    def _predictions(self, numbers: Floats, codes: Codes) -> Floats:
        """What the networks say of every row together, ``[p, n]``."""
        pieces: list[Floats] = []
        for blocks in zip(*(predictor.blocks(numbers, codes) for predictor in self._predictors), strict=True):
            rows, _ = blocks[0]
            together = self._together([outputs for _, outputs in blocks])
            pieces.append(together[:, : rows.stop - rows.start])
        predictions = np.concatenate(pieces, axis=1) if pieces else self._together(self._no_outputs())
        _require_finite(predictions)
        return predictions

    def _together(self, outputs: Sequence[Floats]) -> Floats:
        """Predictions ``[p, b]`` from every part's outputs ``[m, o, b]``."""
        with np.errstate(all="ignore"):
            predictions = [self._mixture.predict(part, own) for part, own in enumerate(outputs)]
            return self._mixture.mean(predictions, self._weights)

    def _decided(self, predictions: Floats) -> Array:
        """Class numbers ``[n]``, labels ``[n, labels]``, or what is to be brought back into the target's unit."""
        target = self.manifest.target_encoding
        # Quantiles and shares are told whole.
        told = predictions if target.levels or target.kind == "shares" else self._mixture.decide(predictions)
        if told.ndim == 1:
            return told
        one = target.kind in ("numbers", "count", "scores") and len(target.columns) == 1 and not target.levels
        return told[0] if one else np.ascontiguousarray(told.T)

    def _no_outputs(self) -> list[Floats]:
        return [np.zeros((predictor.members, predictor.outputs, 0)) for predictor in self._predictors]


def _require_finite(means: Floats) -> None:
    lost = ~np.isfinite(means).all(axis=0)
    if lost.any():
        raise refuse(
            "B035",
            f"The values of row {int(lost.argmax()) + 1} ({grouped(int(lost.sum()))} such rows) lie so far "
            "from all that the "
            "networks have seen that their outputs overflow. Correct the values, or empty the cells.",
        )
