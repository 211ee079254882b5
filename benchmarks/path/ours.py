"""Pellucid: all strengths in one ``pl.train``, or all strengths and folds in one stack.

scikit-learn adds α/(2n) · Σw² to the mean loss, a gradient of α/n · w; that is ``l2=α/n`` on the weights alone.
"""

from typing import Any

import numpy as np
import torch
from sklearn.model_selection import StratifiedKFold

import pellucid as pl
from benchmarks.path.table import FOLDS, HIDDEN, STRENGTHS, iris, told
from benchmarks.timing import Prepared
from pellucid.training import TrainResult, train_members
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.targets import read_targets

__all__ = ["path", "search"]


def _recipe(strength: float, rows: int, settings: dict[str, Any]) -> pl.Recipe:
    return pl.Recipe(hidden=(HIDDEN,), l2=float(strength) / rows, decay_biases=False, batch_size=rows, **settings)


def path(**settings: Any) -> Prepared:
    """All strengths at once.

    Args:
        settings: Of ``Recipe``, and pl.train's ``engine``.
    """
    X, y = iris()
    asked = {key: settings.pop(key) for key in ("engine",) if key in settings}
    recipes = [_recipe(strength, len(X), settings) for strength in STRENGTHS]

    def run() -> TrainResult:
        return pl.train(recipes, X, y, **asked)

    def tell(trained: TrainResult) -> dict[str, Any]:
        layers = [[each for each in trained.to_torch(m) if hasattr(each, "weight")] for m in range(len(recipes))]
        return told(
            [[layer.weight.detach().numpy().T for layer in own] for own in layers],
            [[layer.bias.detach().numpy() for layer in own] for own in layers],
        )

    return Prepared(run, len(STRENGTHS), tell)


def search(**settings: Any) -> Prepared:
    """Cross-validation of every strength, folds as members, and a last training of the best.

    Args:
        settings: Of ``Recipe``.
    """
    X, y = iris()
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(X, y))

    def run() -> dict[str, Any]:
        targets = read_targets(y, None, torch.float32)
        recipes, train, held = [], [], []
        for strength in STRENGTHS:
            for own, other in folds:
                recipes.append(_recipe(strength, len(own), settings))
                train.append(own)
                held.append(other)
        nobody = (np.arange(0),) * len(recipes)
        trained = train_members(
            recipes,
            TrainingData.of(X, targets.values),
            StackRows(tuple(train), nobody),
            target=targets.spec,
            classes=targets.classes,
        )
        guessed = trained.outputs(X)[:, :, 0] > 0
        right = [float((guess[rows] == y[rows]).mean()) for guess, rows in zip(guessed, held, strict=True)]
        accuracy = np.reshape(right, (len(STRENGTHS), FOLDS)).mean(axis=1)
        best = float(STRENGTHS[accuracy.argmax()])
        pl.train(_recipe(best, len(X), settings), X, y)
        return {"accuracy": accuracy.tolist(), "best": best}

    return Prepared(run, FOLDS * len(STRENGTHS) + 1)
