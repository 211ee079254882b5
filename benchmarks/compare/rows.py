"""What the rival is given: the rows that a comparison learns from, encoded, and the folds that it draws."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workbench import workbench_of
from pellucid.experiments.compare.options import CompareOptions
from pellucid.experiments.options import FitOptions

__all__ = ["write_rows"]


def write_rows(path: Path, source: str, target: str, *, seeds: int, folds: int) -> dict[str, Any]:
    """Write inputs, targets and folds for a rival that has nothing to do but to train and to judge.

    Numbers are standardised and categories one-hot, fitted on all rows at once, which spares it both the time and the
    honesty of fitting them fold by fold.

    Args:
        path: The file, ``.npz``: ``X [n, i]``, ``y [n]``, ``test [seeds·folds, n]``, true where a fold holds a row out.
        source: As ``pellucid compare`` takes it.
        target: The column to predict.
        seeds: Repeats.
        folds: Folds of each.

    Returns:
        The shape of our networks, for the rival to have the same: ``hidden``, ``batch_size``, ``epochs``.
    """
    asked = CompareOptions(fit=FitOptions(target=(target,)), vary=("activation=relu",), seeds=seeds, folds=folds)
    bench = workbench_of(source, asked)
    every = np.arange(bench.rows.count)
    data = bench.laid([bench.fitted(every, bench.question.variants[0])])
    X = data.inputs.numpy()[:, : data.numeric + data.passed]
    if data.codes is not None:
        X = np.hstack([X, *(np.eye(codes.max() + 1, dtype=X.dtype)[codes] for codes in data.codes.numpy().T)])
    test = np.zeros((len(bench.folds), len(every)), dtype=bool)
    for held_out, key in zip(test, sorted(bench.folds), strict=True):
        held_out[bench.folds[key].test] = True
    np.savez(path, X=X, y=data.targets.numpy(), test=test)
    recipe = bench.question.variants[0].recipe
    return {"hidden": list(recipe.hidden), "batch_size": recipe.batch_size, "epochs": recipe.epochs}
