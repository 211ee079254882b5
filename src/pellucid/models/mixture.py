"""What several networks predict together, whatever head each of them has."""

from collections.abc import Sequence

import numpy as np

from pellucid.heads import HEADS, ChosenHead
from pellucid.heads.entry import Gives
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats

__all__ = ["Mixture"]

# How a mean of different heads' predictions is decided: classes by the largest, ordered classes by the median, labels
# from one half on, numbers as they are.
_DECIDING = {
    "binary": "probabilities",
    "multiclass": "probabilities",
    "ordinal": "corn",
    "distribution": "probabilities",
    "multilabel": "given_probabilities",
    "regression": "identity",
    "count": "identity",
}


class Mixture:
    """The weighted mean of the predictions of networks with one head or several.

    Under one head the mean is that head's own. Different heads are brought to what they have in common first: shares of
    the classes or labels, or the numbers that each decides on (the mean of a mean with its variance, the median of
    quantiles). Scores are in no unit that a probability could be added to, so a network that gives scores among others
    that do not casts a vote: 1 for what it decides, 0 for the rest. The mean is then no probability either.

    Args:
        heads: Of the parts, in their order.
        target: The target as heads see it.
    """

    def __init__(self, heads: Sequence[ChosenHead], target: TargetSpec) -> None:
        self._heads, self._target = tuple(heads), target
        self._alike = len({str(head) for head in heads}) == 1
        self._deciding = heads[0] if self._alike else HEADS(_DECIDING[target.task])

    @property
    def gives(self) -> Gives:
        """What the mean is."""
        scores = any(head.entry.gives == "scores" for head in self._heads)
        return "scores" if scores else self._deciding.entry.gives

    @property
    def name(self) -> str:
        """The heads for people: ``head margin``, ``heads margin and sigmoid``."""
        names = sorted({head.name for head in self._heads})
        return f"head{'s' if len(names) > 1 else ''} {' and '.join(names)}"

    def predict(self, part: int, outputs: Floats) -> Floats:
        """Predictions of a part's members in the form that all parts share.

        Args:
            part: Its place.
            outputs: ``[m, o, b]``.

        Returns:
            ``[m, p, b]`` float64; NaN where a network overflowed.
        """
        head = self._heads[part]
        predictions = head.predict(outputs)
        if self._alike or head.entry.gives in ("class_probabilities", "label_probabilities"):
            return predictions
        told = np.stack([head.decide(member) for member in predictions])
        if head.entry.gives != "scores":
            return told
        votes = told if told.ndim == 3 else told[:, None] == np.arange(self._target.classes)[:, None]
        # A decision would hide that nothing was there to decide by.
        return np.where(np.isfinite(predictions).all(axis=1, keepdims=True), votes, np.nan)

    def mean(self, predictions: Sequence[Floats], weights: Floats | None = None) -> Floats:
        """The members' predictions as one, ``[p, b]``.

        Args:
            predictions: Of every part, as ``predict`` gives them.
            weights: How much each member counts ``[Σ m]``, part after part; None: all alike.
        """
        whole = predictions[0] if len(predictions) == 1 else np.concatenate(predictions)
        return self._deciding.entry.average(whole, weights)

    def decide(self, predictions: Floats) -> Array:
        """What is decided from predictions ``[p, b]``; as ``ChosenHead.decide``."""
        return self._deciding.decide(predictions)
