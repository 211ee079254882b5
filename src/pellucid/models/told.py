"""Predictions as columns of a table, for the files that people read."""

from typing import Any

from pellucid.encoding import TargetEncoding
from pellucid.shapes import Array, Floats

__all__ = ["probability_columns", "value_columns"]


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
