"""Weights of classes that point the wrong way: L120."""

from collections.abc import Sequence

import numpy as np

from pellucid.errors import ContractError
from pellucid.objectives.objective import Objective
from pellucid.objectives.values import finding
from pellucid.records import Finding
from pellucid.shapes import Array

__all__ = ["check_weights"]


def check_weights(
    objective: Objective, values: Array, class_weight: str | Sequence[float] = "none"
) -> tuple[Finding, ...]:
    """Look at class weights, and at the ``pos_weight`` of a loss, beside how frequent the classes are.

    Args:
        objective: What is learned.
        values: Targets of the training units as in ``records.TargetSpec``.
        class_weight: As in a recipe.

    Returns:
        A warning where the more frequent class gets the larger weight.

    Raises:
        ContractError: L120 if there are not as many weights as classes.
    """
    found: list[Finding] = []
    targets = np.asarray(values)
    if not isinstance(class_weight, str) and objective.task in ("binary", "multiclass", "ordinal"):
        if len(class_weight) != objective.classes:
            raise ContractError(
                "L120",
                f"class_weight has {len(class_weight)} weights, but the target has {objective.classes} classes. Give "
                "one per class, in the order of the classes.",
                recipe='pl.Recipe(class_weight="balanced")',
            )
        counts = np.bincount(targets.astype(np.int64), minlength=objective.classes)
        found += _inverted(np.asarray(class_weight, dtype=np.float64), counts)
    weights = objective.loss.numbers.get("pos_weight")
    if isinstance(weights, tuple) and objective.task in ("binary", "multilabel") and len(targets):
        shares = np.atleast_1d(targets.astype(np.float64).mean(axis=0))
        for label, (weight, share) in enumerate(zip(np.broadcast_to(weights, shares.shape), shares, strict=True)):
            # Weight and share on the same side of "even": a frequent yes made heavier, or a rare one lighter.
            if (weight > 1 and share > 0.5) or (weight < 1 and share < 0.5):
                found.append(_pos_weight(label, float(weight), float(share)))
    return tuple(found)


def _inverted(weights: Array, counts: Array) -> list[Finding]:
    there = np.flatnonzero(counts)
    most, least = there[counts[there].argmax()], there[counts[there].argmin()]
    if counts[most] == counts[least] or weights[most] <= weights[least]:
        return []
    return [
        finding(
            "L120",
            f"Class {most}, the most frequent ({counts[most]} rows), has the weight {weights[most]:g}; class {least}, "
            f"the rarest ({counts[least]} rows), has {weights[least]:g}. Weights usually even classes out.",
            'Swap them, or use pl.Recipe(class_weight="balanced").',
        )
    ]


def _pos_weight(label: int, weight: float, share: float) -> Finding:
    even = (1 - share) / share if share else float("inf")
    return finding(
        "L120",
        f"pos_weight is {weight:g} for label {label}, of which {share:.0%} are yes. It usually evens both answers out: "
        f"(rows of no)/(rows of yes) = {even:.3g}.",
        f"Use pos_weight={even:.3g}." if np.isfinite(even) else "Leave pos_weight out.",
    )
