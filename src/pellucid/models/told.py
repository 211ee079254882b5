"""Predictions as columns of a table, for the files that people read."""

from typing import Any

from pellucid.encoding import TargetEncoding
from pellucid.models.manifest import Manifest
from pellucid.models.model import Prediction
from pellucid.shapes import Array, Floats

__all__ = ["answer_columns", "probability_columns", "value_columns"]


def answer_columns(manifest: Manifest, prediction: Prediction) -> dict[str, list[Any]]:
    """What a model says about a table: one line for each row, or for each sequence.

    ``prediction``, or ``prediction_<part>`` for each of several; ``vector0`` … of an embedding, ``code0`` … of a
    reconstruction, ``score`` of a ranking; for sequences their group beside ``prediction``.
    """
    values = prediction.values
    match manifest.task:
        case "ranking":
            return {"score": values.tolist()}
        case "embedding" | "reconstruction":
            name = "vector" if manifest.task == "embedding" else "code"
            return {f"{name}{place}": values[:, place].tolist() for place in range(values.shape[1])}
        case "sequence":
            assert prediction.runs is not None
            group = manifest.target_encoding.group
            names = {"sequence" if group == "prediction" else group: list(prediction.runs.names)}
            return {**names, "prediction": values.tolist()}
    return value_columns(manifest.target_encoding, values, "prediction")


def value_columns(target: TargetEncoding, values: Array, name: str) -> dict[str, list[Any]]:
    """Values in the target's own form as one column ``name``, or as ``name_part`` for each of its parts.

    Args:
        target: Names the parts.
        values: ``[n]`` or ``[n, parts]``.
        name: ``prediction`` or ``truth``.
    """
    if values.ndim == 1:
        return {name: values.tolist()}
    return {f"{name}_{part}": values[:, place].tolist() for place, part in enumerate(target.parts)}


def probability_columns(target: TargetEncoding, probabilities: Floats | None) -> dict[str, list[Any]]:
    """``probability_<class>`` for each class or label; nothing for shares, which are told as values, and numbers."""
    if probabilities is None or target.kind == "shares":
        return {}
    return {f"probability_{name}": probabilities[:, place].tolist() for place, name in enumerate(target.classes)}
