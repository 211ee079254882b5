"""scikit-learn: ``cross_val_score`` of ``MLPClassifier``, activation after activation, in several processes.

    python -m benchmarks.compare.scikit_learn ROWS.npz '{"hidden": [64, 64, 64], …}' relu,tanh,logistic 2

As a program, so that its time holds the start of Python and all imports, as ours does.
"""

import json
import os
import sys
import time
import warnings
from typing import Any

import numpy as np
from sklearn.model_selection import cross_validate
from sklearn.neural_network import MLPClassifier


def compared(path: str, shape: dict[str, Any], activations: list[str], processes: int) -> dict[str, Any]:
    """Mean accuracy, fits, mean epochs and seconds of every activation.

    Args:
        path: As ``rows.write_rows`` wrote it.
        shape: What that returned.
        activations: By scikit-learn's names.
        processes: That share the fits.
    """
    given = np.load(path)
    X, y = given["X"], given["y"]
    folds = [(np.flatnonzero(~test), np.flatnonzero(test)) for test in given["test"]]
    found = {}
    for activation in activations:
        network = MLPClassifier(
            tuple(shape["hidden"]),
            activation=activation,
            batch_size=shape["batch_size"],
            max_iter=shape["epochs"],
            early_stopping=True,
            random_state=0,
        )
        started = time.perf_counter()
        # cross_val_score, which also tells how many epochs it took.
        scores = cross_validate(network, X, y, cv=folds, n_jobs=processes, return_estimator=True)
        found[activation] = {
            "seconds": round(time.perf_counter() - started, 3),
            "fits": len(folds),
            "accuracy": round(float(np.mean(scores["test_score"])), 4),
            "epochs": round(float(np.mean([each.n_iter_ for each in scores["estimator"]])), 1),
        }
    return found


if __name__ == "__main__":
    # Said to the processes that share the fits, too: that the last epoch came before the loss stood still is intended.
    os.environ["PYTHONWARNINGS"] = "ignore"
    warnings.simplefilter("ignore")
    _, rows, shape, names, processes = sys.argv
    print(json.dumps(compared(rows, json.loads(shape), names.split(","), int(processes))))
