"""Replicates: the scores that variants share, made ready for paired tests.

A replicate is one held-out part of one repeat. Three things are settled here and nowhere else: what counts as new
evidence, what a failure is worth, and how strongly the replicates depend on one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.errors import TrainingError, UsageError
from pellucid.shapes import Array, Codes, Floats

__all__ = ["Replicates", "gather"]

FREEDOM_OF_ROUNDS = 10
"""Degrees of freedom that rounds over the same rows give together, unless one round alone has more.

Found by simulation, as in Bouckaert (2003), "Choosing between two learning algorithms based on calibrated tests". Of
2,000 tables with six equal linear classifiers, the share in which any two are told apart at 5 % after Holm's steps:

    repeats × folds    3 × 5   10 × 5   2 × 10   5 × 10   10 × 10
    with r − 1         0.064    0.101    0.057    0.089     0.120
    with 10            0.040    0.024    0.029    0.025     0.031

It does not mend the correction for overlap where learners hang on single training rows: of two equal classifiers by 5
nearest neighbours one is called better in 8 of 100 tables.
"""


@dataclass(frozen=True)
class Replicates:
    """What variants scored on the same held-out rows.

    Attributes:
        scores: ``[v, r]`` in the metric's direction, finite: a failure counts as the worst score that any variant
            reached on any replicate.
        failures: Networks of each variant that gave no finite score ``[v]``.
        networks: Networks that each variant was given.
        ratio: Held-out rows by training rows, the mean over the replicates.
        freedom: Degrees of freedom of a variance over the replicates.
        worst: The score that a failure counts as.
    """

    scores: Floats
    failures: Codes
    networks: int
    ratio: float
    freedom: float
    worst: float

    @property
    def count(self) -> int:
        """How many replicates carry evidence of their own."""
        return int(self.scores.shape[1])

    @property
    def variance_factor(self) -> float:
        """What a variance over replicates is multiplied with to give that of their mean: 1/r + n_test/n_train.

        Nadeau & Bengio (2003), "Inference for the generalization error", Machine Learning 52, section 5.1: training
        sets of one table overlap, so that scores of its parts agree more than those of new tables would; ρ =
        n_test / (n_test + n_train) stands for the correlation, and (1/r + ρ/(1 − ρ))·s² is the variance of the mean.
        For repeated k-fold cross-validation: Bouckaert & Frank (2004), "Evaluating the replicability of significance
        tests for comparing learning algorithms", section 2.
        """
        return 1 / self.count + self.ratio

    @property
    def everywhere_failed(self) -> Array:
        """Which variants have no score at all ``[v]``."""
        return np.asarray(self.failures == self.networks)


def gather(
    scores: Floats,
    *,
    repeat: Sequence[int] | Codes,
    fold: Sequence[int] | Codes,
    train_rows: Sequence[int] | Codes,
    test_rows: Sequence[int] | Codes,
    greater_is_better: bool,
    same_folds: bool = False,
) -> Replicates:
    """Scores by network, made replicates.

    A network that failed (NaN or ±∞) is not left out: a variant that diverges where the rows are hard would be judged
    on the easy ones. Nor is the replicate left out for all, since one bad variant would take away the others' evidence.
    It counts as the worst score that any variant reached on any replicate. The worst of its own replicate would be its
    only rival's score where two are compared, a tie for a failure; what is taken is the mildest value that no success
    undercuts.

    Networks on the same rows (``same_folds``, or one repeat and fold named twice) are averaged: other seeds on the same
    rows tell how much a network depends on its seed, not what other rows would say.

    Degrees of freedom are r − 1 for one round of k folds. Rounds part the same rows anew, so that r − 1 (Bouckaert &
    Frank) is too many: the variance is known less well than it says, and Holm's first steps look far into the tail.
    ``FREEDOM_OF_ROUNDS`` is the bound.

    Args:
        scores: ``[v, n]``, one column a network of each variant, NaN where it failed.
        repeat: Of each column ``[n]``.
        fold: Which held-out part of its repeat ``[n]``.
        train_rows: Rows that were trained on ``[n]``, > 0.
        test_rows: Rows that were held out ``[n]``, ≥ 0; 0 leaves the correction out.
        greater_is_better: The metric's direction.
        same_folds: Every repeat holds out the same rows under the same fold number, and only seeds differ.

    Raises:
        UsageError: If the arrays do not fit together.
        TrainingError: If every network failed.
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or not table.size:
        raise UsageError(f"Scores are a matrix of variants × replicates; found shape {table.shape}. Give at least one.")
    columns = {"repeat": repeat, "fold": fold, "train_rows": train_rows, "test_rows": test_rows}
    told = {name: np.asarray(values, dtype=np.float64) for name, values in columns.items()}
    for name, values in told.items():
        if values.shape != (table.shape[1],):
            raise UsageError(
                f"Every column of the scores has its {name}: {table.shape[1]} columns, but {name} has shape"
                f" {values.shape}. Give one number a column."
            )
    if (told["train_rows"] <= 0).any() or (told["test_rows"] < 0).any():
        raise UsageError(
            "A replicate was trained on no row, or tested on fewer than none. Give the sizes of its parts."
        )

    failed = ~np.isfinite(table)
    if failed.all():
        raise TrainingError("Every network of every variant failed, so there is nothing to compare. Try a smaller lr.")
    worst = float(table[~failed].min() if greater_is_better else table[~failed].max())
    table = np.where(failed, worst, table)

    rounds = np.zeros_like(told["repeat"]) if same_folds else told["repeat"]
    _, group = np.unique(np.stack([rounds, told["fold"]]), axis=1, return_inverse=True)
    group = group.ravel()
    sizes = np.bincount(group)
    # The mean of the ratios, not the ratio of the means: where training sets grow (folds by time) it is the larger one.
    ratio = float(np.mean(np.bincount(group, told["test_rows"] / told["train_rows"]) / sizes))
    if len(sizes) < table.shape[1]:
        table = np.stack([np.bincount(group, row) for row in table]) / sizes
    count = len(sizes)
    # n_train/n_test is k − 1, one round's own degrees of freedom. Without overlap there is nothing to bound.
    freedom = float(min(count - 1, max(FREEDOM_OF_ROUNDS, 1 / ratio))) if ratio else float(count - 1)
    return Replicates(table, failed.sum(axis=1), failed.shape[1], ratio, freedom, worst)
