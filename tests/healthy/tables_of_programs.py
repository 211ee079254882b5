"""Beginnings of healthy programs: where the rows come from, scaled by training rows, in three parts."""

from dataclasses import dataclass

__all__ = ["TABLES", "Table"]


@dataclass(frozen=True)
class Table:
    """A table that a program begins with.

    Attributes:
        name: For people.
        task: ``binary``, ``multiclass``, ``regression``, ``multilabel`` or ``count``.
        code: Lines that bind ``X`` and ``y``, NumPy arrays.
        columns: Of X.
        outputs: Classes, labels or numbers to predict.
        scales: Whether columns have to be standardised.
        imports: Lines that the code needs.
    """

    name: str
    task: str
    code: str
    columns: int
    outputs: int
    scales: bool = True
    imports: str = ""


def _bundled(name: str, task: str, columns: int, outputs: int) -> Table:
    code = f"X, y = load_{name}(return_X_y=True)"
    return Table(name, task, code, columns, outputs, imports=f"from sklearn.datasets import load_{name}")


def _made(name: str, task: str, function: str, call: str, columns: int, outputs: int, *, scales: bool = False) -> Table:
    return Table(
        name, task, f"X, y = {function}({call})", columns, outputs, scales, f"from sklearn.datasets import {function}"
    )


TABLES: tuple[Table, ...] = (
    _bundled("breast_cancer", "binary", 30, 2),
    _made("moons", "binary", "make_moons", "600, noise=0.2, random_state=seed", 2, 2),
    _made("circles", "binary", "make_circles", "600, noise=0.08, factor=0.5, random_state=seed", 2, 2),
    _made(
        "two classes, five to one",
        "binary",
        "make_classification",
        "900, 12, n_informative=6, weights=[0.83], class_sep=1.5, random_state=seed",
        12,
        2,
        scales=True,
    ),
    Table(
        "a rule of two columns, 80 rows",
        "binary",
        "X = np.random.default_rng(seed).uniform(-1, 1, (80, 2))\ny = (X[:, 0] * X[:, 1] > 0).astype(int)",
        2,
        2,
        scales=False,
    ),
    _bundled("wine", "multiclass", 13, 3),
    _bundled("iris", "multiclass", 4, 3),
    _bundled("digits", "multiclass", 64, 10),
    _made("blobs", "multiclass", "make_blobs", "500, centers=4, cluster_std=1.5, random_state=seed", 2, 4, scales=True),
    _made(
        "five classes",
        "multiclass",
        "make_classification",
        "1000, 20, n_informative=10, n_classes=5, class_sep=1.5, random_state=seed",
        20,
        5,
        scales=True,
    ),
    _bundled("diabetes", "regression", 10, 1),
    _made("friedman", "regression", "make_friedman1", "600, noise=1.0, random_state=seed", 10, 1, scales=True),
    Table(
        "a line of six columns",
        "regression",
        "rng = np.random.default_rng(seed)\n"
        "X = rng.normal(size=(400, 6))\n"
        "y = X @ rng.normal(size=6) + 0.1 * rng.normal(size=400)",
        6,
        1,
        scales=False,
    ),
    Table(
        "a wave",
        "regression",
        "rng = np.random.default_rng(seed)\n"
        "X = rng.uniform(-2, 2, (400, 1))\n"
        "y = np.sin(2 * X[:, 0]) + 0.1 * rng.normal(size=400)",
        1,
        1,
        scales=False,
    ),
    Table(
        "five labels",
        "multilabel",
        "X, y = make_multilabel_classification(700, 20, n_classes=5, n_labels=2, random_state=seed)",
        20,
        5,
        imports="from sklearn.datasets import make_multilabel_classification",
    ),
    Table(
        "counts",
        "count",
        "rng = np.random.default_rng(seed)\n"
        "X = rng.normal(size=(800, 5))\n"
        "y = rng.poisson(np.exp(0.8 + 0.5 * X[:, 0] - 0.4 * X[:, 1]))",
        5,
        1,
        scales=False,
    ),
)
