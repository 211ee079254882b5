"""NetworkRanker: a score per row whose order within a group is learned from pairs."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_consistent_length, column_or_1d

from pellucid.errors import DataError
from pellucid.estimators.inputs import refuse_gaps, rows_of, standardise
from pellucid.estimators.parameters import check_whole
from pellucid.estimators.training import recipe_of, setting_of, train_units
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats
from pellucid.training.drawing import draw_ranked_pairs

__all__ = ["NetworkRanker"]


class NetworkRanker(BaseEstimator):  # type: ignore[misc]
    """Learns to order: of two rows of a group the more relevant one shall score higher.

    Args:
        loss: Choice of a loss on ranked pairs (``margin_ranking``).
        pairs_per_row: Pairs drawn per row, at most; ≥ 1.
        hidden: Width of every hidden layer.
        activation: Choice of an activation.
        optimizer: Choice of an optimizer.
        lr: Learning rate; None: the optimizer's own.
        schedule: Choice of a schedule.
        batch_size: Pairs per step.
        epochs: Passes over them.
        dropout: Share of hidden values dropped while training.
        l2: L2 penalty.
        random_state: Seed; None: 0.
        device: Where it trains: ``cpu`` or ``cuda``; it predicts on the CPU.

    Attributes:
        result_: The trained network, a ``TrainResult``.
        n_features_in_: Columns of X.
    """

    def __init__(
        self,
        *,
        loss: str = "margin_ranking(margin=1)",
        pairs_per_row: int = 10,
        hidden: tuple[int, ...] = (64, 64),
        activation: str = "gelu",
        optimizer: str = "adamw",
        lr: float | None = 2e-3,
        schedule: str = "cosine",
        batch_size: int = 128,
        epochs: int = 20,
        dropout: float = 0.0,
        l2: float = 0.0,
        random_state: int | None = None,
        device: str = "cpu",
    ) -> None:
        self.loss, self.pairs_per_row = loss, pairs_per_row
        self.hidden, self.activation, self.optimizer, self.lr = hidden, activation, optimizer, lr
        self.schedule, self.batch_size, self.epochs = schedule, batch_size, epochs
        self.dropout, self.l2, self.random_state, self.device = dropout, l2, random_state, device

    def fit(self, X: Any, y: Any, group: Any = None) -> Self:
        """Learn from rows ``[n, i]``, their relevance ``[n]`` (larger is better) and their groups ``[n]``.

        Args:
            X: Rows.
            y: Relevance.
            group: Rows with equal values are compared with each other, such as the answers to one query; None: all.

        Raises:
            ValueError: If X holds anything but finite numbers, or lengths differ.
            DataError: If no two rows of a group differ in relevance.
            UsageError: If a parameter is out of range.
            SurroundingsError: If the device is not there.
        """
        rows = rows_of(self, X, fitting=True)
        relevance, groups = _judgements(y, group)
        check_consistent_length(rows, relevance, groups)
        check_whole(self, "pairs_per_row", 1)
        setting = setting_of(self)
        recipe = recipe_of(self, loss=str(self.loss))
        codes = np.unique(groups, return_inverse=True)[1]
        units, signs = draw_ranked_pairs(relevance, codes, self.pairs_per_row, recipe.seed)
        self._scale = standardise(rows)
        target = TargetSpec(task="ranking", rows=2)
        self.result_ = train_units(recipe, self._scale.apply(rows), signs, target, units, setting=setting)
        return self

    def predict(self, X: Any) -> Floats:
        """Scores ``[n]``; only their order means something."""
        rows = rows_of(self, X)
        scores: Floats = self.result_.outputs(self._scale.apply(rows))[0, :, 0]
        return scores

    def score(self, X: Any, y: Any, group: Any = None) -> float:
        """Share of the pairs of a group's rows of different relevance that stand in the right order; ties count ½."""
        relevance, groups = _judgements(y, group)
        scores = self.predict(X)
        check_consistent_length(scores, relevance, groups)
        right = total = 0.0
        for each in np.unique(groups):
            own, given = scores[groups == each], relevance[groups == each]
            above = given[:, None] > given[None, :]
            right += float(((own[:, None] > own[None, :]) + 0.5 * (own[:, None] == own[None, :]))[above].sum())
            total += float(above.sum())
        return right / total if total else float("nan")


def _judgements(y: Any, group: Any) -> tuple[Floats, Array]:
    """Relevance and groups ``[n]`` each; one group where none are given.

    Raises:
        DataError: If relevance is no number, or something is missing.
    """
    try:
        relevance: Floats = column_or_1d(y).astype(np.float64)
    except (TypeError, ValueError):
        raise DataError("y holds relevance, so it must be a column of numbers. Number the grades first.") from None
    refuse_gaps(relevance)
    groups: Array = np.zeros(len(relevance)) if group is None else column_or_1d(group)
    refuse_gaps(groups, "group")
    return relevance, groups
