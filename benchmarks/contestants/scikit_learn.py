"""scikit-learn's MLPClassifier: one network after the other.

Its Adam has no decoupled weight decay, so each network's decay goes where scikit-learn has it, into ``alpha``; the work
per step is the same. Early stopping is off, so that all epochs are run.
"""

import warnings
from typing import Any

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.problem import Problem
from benchmarks.timing import Prepared

__all__ = ["networks"]


def networks(problem: dict[str, Any], *, count: int = 1) -> Prepared:
    """Some of a problem's networks.

    Args:
        problem: Fields of a ``Problem``.
        count: How many.
    """
    work = Problem.read(problem)
    X, y = work.data()
    rates, decays = work.learning_rates(), work.weight_decays()
    chosen = work.some(count)

    def one(member: int) -> float:
        network = MLPClassifier(
            work.widths[1:-1],
            batch_size=work.batch_size,
            learning_rate_init=rates[member],
            alpha=decays[member],
            max_iter=work.epochs,
            n_iter_no_change=work.epochs + 1,
            random_state=member,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(X, y)
        return float(network.loss_)

    def run() -> dict[str, Any]:
        return {"loss": sum(one(member) for member in chosen) / len(chosen)}

    return Prepared(run, len(chosen) * work.steps)
