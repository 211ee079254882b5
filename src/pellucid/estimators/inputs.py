"""Plain numbers in and out of the estimators: checked, and standardised by the training rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from pellucid.errors import DataError
from pellucid.shapes import Array, Floats

__all__ = ["Standardised", "refuse_gaps", "rows_of", "standardise"]


@dataclass(frozen=True)
class Standardised:
    """Mean and spread of every column of the training rows.

    Attributes:
        mean: ``[i]``.
        spread: Population standard deviation ``[i]``; 1 for a constant column.
    """

    mean: Floats
    spread: Floats

    def apply(self, X: Floats) -> Floats:
        """``(x − mean) / spread``."""
        scaled: Floats = (X - self.mean) / self.spread
        return scaled

    def undo(self, X: Floats) -> Floats:
        """Back in the columns' own units."""
        own: Floats = X * self.spread + self.mean
        return own


def standardise(X: Floats) -> Standardised:
    """Learn every column's mean and spread from rows ``[n, i]``."""
    spread = X.std(axis=0)
    return Standardised(X.mean(axis=0), np.where(spread > 0, spread, 1.0))


def rows_of(estimator: Any, X: Any, *, fitting: bool = False) -> Floats:
    """X as float64 ``[n, i]``; its columns are remembered when fitting, and compared later.

    Raises:
        ValueError: If X is no table of finite numbers, or has other columns than the training rows (scikit-learn's own
            messages).
        NotFittedError: If the estimator was not fitted.
    """
    if not fitting:
        check_is_fitted(estimator)
    rows: Floats = validate_data(estimator, X, reset=fitting, dtype=np.float64, ensure_min_samples=2 if fitting else 1)
    return rows


def refuse_gaps(values: Array, name: str = "y") -> None:
    """Refuse labels with missing ones among them, which would be a label of their own.

    Raises:
        DataError: If a value is None or differs from itself (NaN).
    """
    gaps = np.array([value is None for value in values]) if values.dtype.kind == "O" else np.zeros(len(values), bool)
    gaps |= values != values
    if gaps.any():
        raise DataError(f"{name} is missing in row {int(gaps.argmax())}. Leave those rows out.", code="B052")
