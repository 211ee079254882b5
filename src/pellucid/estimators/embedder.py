"""NetworkEmbedder: rows as unit vectors, near each other where labels agree."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_consistent_length, column_or_1d

from pellucid.errors import UsageError
from pellucid.estimators.inputs import refuse_gaps, rows_of, standardise
from pellucid.estimators.parameters import check_whole
from pellucid.estimators.training import recipe_of, setting_of, train_units
from pellucid.objectives import LOSSES
from pellucid.records import TargetSpec
from pellucid.shapes import Floats
from pellucid.training.drawing import draw_pairs, draw_triplets

__all__ = ["NetworkEmbedder"]


class NetworkEmbedder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Learns vectors from labels: pairs or triplets of rows are drawn, and one network is trained on all of them.

    Args:
        dimensions: Length of the vectors; ≥ 1.
        loss: Choice of a loss on triplets (``triplet_margin``) or pairs (``cosine_embedding``).
        units_per_row: Triplets or pairs drawn per row; ≥ 2.
        hidden: Width of every hidden layer.
        activation: Choice of an activation.
        optimizer: Choice of an optimizer.
        lr: Learning rate; None: the optimizer's own.
        schedule: Choice of a schedule.
        batch_size: Triplets or pairs per step.
        epochs: Passes over them.
        dropout: Share of hidden values dropped while training.
        l2: L2 penalty.
        random_state: Seed; None: 0.
        device: Where it trains: ``cpu`` or ``cuda``; it predicts on the CPU.

    Attributes:
        result_: The trained network, a ``TrainResult``.
        classes_: Labels seen.
        n_features_in_: Columns of X.
    """

    def __init__(
        self,
        *,
        dimensions: int = 8,
        loss: str = "triplet_margin(margin=0.5)",
        units_per_row: int = 10,
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
        self.dimensions, self.loss, self.units_per_row = dimensions, loss, units_per_row
        self.hidden, self.activation, self.optimizer, self.lr = hidden, activation, optimizer, lr
        self.schedule, self.batch_size, self.epochs = schedule, batch_size, epochs
        self.dropout, self.l2, self.random_state, self.device = dropout, l2, random_state, device

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows ``[n, i]`` and their labels ``[n]``.

        Raises:
            ValueError: If X holds anything but finite numbers, or y has another length.
            DataError: If no two rows are alike or all are.
            UsageError: If a parameter is out of range, or the loss is none on pairs or triplets.
            SurroundingsError: If the device is not there.
        """
        rows = rows_of(self, X, fitting=True)
        labels = column_or_1d(y)
        check_consistent_length(rows, labels)
        refuse_gaps(labels)
        check_whole(self, "dimensions", 1)
        check_whole(self, "units_per_row", 2)
        setting = setting_of(self)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        recipe = recipe_of(self, loss=str(self.loss), outputs=int(self.dimensions))
        accepts = LOSSES(self.loss).entry.targets
        if "triplets" in accepts:
            units = draw_triplets(codes, self.units_per_row, recipe.seed)
            targets: Floats = np.ones(len(units))
            target = TargetSpec(task="triplets", rows=3, columns=self.dimensions)
        elif "similarity" in accepts:
            units, targets = draw_pairs(codes, self.units_per_row, recipe.seed)
            target = TargetSpec(task="similarity", rows=2, columns=self.dimensions)
        else:
            raise UsageError(
                f"{self.loss!r} is no loss on triplets, nor on pairs that are alike or not. Use triplet_margin or "
                "cosine_embedding."
            )
        self._scale = standardise(rows)
        self.result_ = train_units(recipe, self._scale.apply(rows), targets, target, units, setting=setting)
        return self

    def transform(self, X: Any) -> Floats:
        """Unit vectors ``[n, dimensions]``; the cosine of two rows is their scalar product."""
        rows = rows_of(self, X)
        vectors = self.result_.outputs(self._scale.apply(rows))[0]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Floats = vectors / np.where(lengths > 0, lengths, 1.0)
        return unit

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """``vector0`` …, one name per dimension."""
        return np.array([f"vector{number}" for number in range(self.dimensions)], dtype=object)
