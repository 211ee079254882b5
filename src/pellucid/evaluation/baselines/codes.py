"""Plain models of a narrow code: as many principal components, and the column means, which need none."""

import numpy as np

from pellucid.evaluation.baselines.fit import Baseline
from pellucid.evaluation.baselines.judged import judged_baseline
from pellucid.shapes import Array, Floats

__all__ = ["fit_codes"]


def fit_codes(train: Floats, test: Floats, *, code: int, seed: int) -> list[Baseline]:
    """``principal`` and ``majority`` (the means), judged on the test rows.

    Args:
        train: Encoded training rows ``[n, i]``.
        test: Encoded test rows.
        code: Values of the code.
        seed: Of the intervals.
    """
    count = min(code, *train.shape)

    def principal() -> Array:
        from sklearn.decomposition import PCA

        model = PCA(count, svd_solver="full").fit(train)
        back: Array = model.inverse_transform(model.transform(test))
        return back

    answers = (
        ("principal", f"{count} principal component{'' if count == 1 else 's'}", principal),
        ("majority", "the column means", lambda: np.tile(train.mean(axis=0), (len(test), 1))),
    )
    return [judged_baseline("reconstruction", test, *answer, seed=seed) for answer in answers]
