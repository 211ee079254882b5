"""scikit-learn: one ``MLPClassifier.fit`` per strength, or ``GridSearchCV`` over the strengths."""

import warnings
from typing import Any

from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.neural_network import MLPClassifier

from benchmarks.path.table import FOLDS, HIDDEN, STRENGTHS, iris, told
from benchmarks.timing import Prepared

__all__ = ["path", "search"]


def _network(settings: dict[str, Any]) -> MLPClassifier:
    return MLPClassifier((HIDDEN,), random_state=0, **settings)


def path(**settings: Any) -> Prepared:
    """A fit per strength.

    Args:
        settings: Of ``MLPClassifier``.
    """
    X, y = iris()
    warnings.simplefilter("ignore", ConvergenceWarning)

    def run() -> list[MLPClassifier]:
        return [_network({**settings, "alpha": strength}).fit(X, y) for strength in STRENGTHS]

    def tell(networks: list[MLPClassifier]) -> dict[str, Any]:
        found = told([network.coefs_ for network in networks], [network.intercepts_ for network in networks])
        return {**found, "iterations": sum(network.n_iter_ for network in networks)}

    return Prepared(run, len(STRENGTHS), tell)


def search(*, jobs: int = 1, **settings: Any) -> Prepared:
    """Cross-validation of every strength and a last fit of the best.

    Args:
        jobs: Processes.
        settings: Of ``MLPClassifier``.
    """
    X, y = iris()
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    warnings.simplefilter("ignore")

    def run() -> dict[str, Any]:
        found = GridSearchCV(_network(settings), {"alpha": STRENGTHS}, cv=folds, n_jobs=jobs).fit(X, y)
        return {"accuracy": found.cv_results_["mean_test_score"].tolist(), "best": float(found.best_params_["alpha"])}

    return Prepared(run, FOLDS * len(STRENGTHS) + 1)
