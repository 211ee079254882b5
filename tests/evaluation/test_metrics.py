from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_judgements import TASKS, case
from sklearn import metrics as oracle

from pellucid.errors import DataError, TrainingError
from pellucid.evaluation.metrics import METRICS, TASK_METRICS, measures, metrics_of


@st.composite
def judged_classes(draw: st.DrawFn, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Truth that holds every class, predictions, probabilities with many ties, and whole weights with a few zeros."""
    rows = draw(st.integers(2 * classes, 60))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth = np.concatenate([np.arange(classes), generator.integers(0, classes, rows - classes)])
    raw = generator.integers(1, draw(st.integers(2, 6)), (rows, classes)).astype(float)
    probabilities = raw / raw.sum(axis=1, keepdims=True)
    weights = generator.integers(0, 4, rows).astype(float)
    weights[:classes] += 1
    return truth, generator.integers(0, classes, rows), probabilities, weights


def evaluate(task: str, name: str, case: tuple[np.ndarray, ...]) -> float:
    truth, prediction, probabilities, weights = case
    return float(measures(task, truth, prediction, probabilities)[name](weights))


@given(judged_classes(2))
def test_two_class_metrics_equal_the_oracle_for_weights_and_ties(case: tuple[np.ndarray, ...]) -> None:
    truth, prediction, probabilities, weights = case
    assert evaluate("binary", "accuracy", case) == pytest.approx(
        oracle.accuracy_score(truth, prediction, sample_weight=weights)
    )
    assert evaluate("binary", "roc_auc", case) == pytest.approx(
        oracle.roc_auc_score(truth, probabilities[:, 1], sample_weight=weights)
    )
    assert evaluate("binary", "log_loss", case) == pytest.approx(
        oracle.log_loss(truth, probabilities, sample_weight=weights, labels=[0, 1])
    )


@given(judged_classes(4))
def test_many_class_metrics_equal_the_oracle_for_weights_and_ties(case: tuple[np.ndarray, ...]) -> None:
    truth, prediction, probabilities, weights = case
    assert evaluate("multiclass", "accuracy", case) == pytest.approx(
        oracle.accuracy_score(truth, prediction, sample_weight=weights)
    )
    assert evaluate("multiclass", "roc_auc", case) == pytest.approx(
        oracle.roc_auc_score(truth, probabilities, sample_weight=weights, multi_class="ovr", average="macro")
    )
    assert evaluate("multiclass", "log_loss", case) == pytest.approx(
        oracle.log_loss(truth, probabilities, sample_weight=weights, labels=[0, 1, 2, 3])
    )


@given(st.integers(0, 2**32 - 1), st.integers(3, 50), st.sampled_from([0.0, 1e3, -1e7]))
def test_regression_metrics_equal_the_oracle_far_from_zero_too(seed: int, rows: int, offset: float) -> None:
    generator = np.random.default_rng(seed)
    truth = generator.normal(offset, 3, rows)
    prediction = truth + generator.normal(0, 2, rows)
    weights = generator.integers(1, 4, rows).astype(float)
    found = measures("regression", truth, prediction)
    assert float(found["rmse"](weights)) == pytest.approx(
        oracle.root_mean_squared_error(truth, prediction, sample_weight=weights)
    )
    assert float(found["mae"](weights)) == pytest.approx(
        oracle.mean_absolute_error(truth, prediction, sample_weight=weights)
    )
    assert float(found["r2"](weights)) == pytest.approx(
        oracle.r2_score(truth, prediction, sample_weight=weights), rel=1e-6, abs=1e-6
    )


@settings(max_examples=25)
@given(judged_classes(3), st.integers(0, 2**32 - 1))
def test_counts_as_weights_equal_the_repeated_rows(case: tuple[np.ndarray, ...], seed: int) -> None:
    truth, prediction, probabilities, _ = case
    rows = len(truth)
    counts = np.bincount(np.random.default_rng(seed).integers(0, rows, rows), minlength=rows).astype(float)
    drawn = np.repeat(np.arange(rows), counts.astype(int))
    weighted = {name: float(m(counts)) for name, m in measures("multiclass", truth, prediction, probabilities).items()}
    repeated = metrics_of("multiclass", truth[drawn], prediction[drawn], probabilities[drawn])
    assert weighted == pytest.approx({name: np.nan if v is None else v for name, v in repeated.items()}, nan_ok=True)


def test_a_batch_of_weights_gives_the_values_one_at_a_time() -> None:
    generator = np.random.default_rng(0)
    truth, probabilities = generator.integers(0, 3, 30), generator.dirichlet(np.ones(3), 30)
    weights = generator.integers(0, 3, (5, 30)).astype(float)
    for measure in measures("multiclass", truth, probabilities.argmax(1), probabilities).values():
        np.testing.assert_allclose(measure(weights), [measure(row) for row in weights])


@pytest.mark.parametrize("task", TASKS)
def test_the_primary_metric_comes_first_in_the_order_of_the_registry(task: str) -> None:
    made = case(task)
    assert tuple(metrics_of(*made.given, levels=made.levels)) == TASK_METRICS[task]
    assert set(TASK_METRICS[task]) <= set(METRICS.names())


def test_what_is_undefined_is_none() -> None:
    one_class = metrics_of("binary", np.array([1, 1]), np.array([1, 0]), np.array([[0.2, 0.8], [0.6, 0.4]]))
    assert one_class["roc_auc"] is None
    assert one_class["accuracy"] == 0.5
    assert metrics_of("regression", np.array([0.1, 0.1, 0.1]), np.array([1.0, 2.0, 3.0]))["r2"] is None


def test_without_probabilities_only_decisions_are_judged() -> None:
    assert metrics_of("binary", np.array([0, 1]), np.array([0, 1])) == {"accuracy": 1.0}


def test_certainty_in_the_wrong_class_costs_a_finite_log_loss() -> None:
    loss = metrics_of("binary", np.array([0]), np.array([1]), np.array([[0.0, 1.0]]))["log_loss"]
    assert loss == pytest.approx(-np.log(np.finfo(float).eps))


REFUSED: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no rows": (lambda: metrics_of("regression", np.array([]), np.array([])), DataError, "no rows to judge"),
    "a class the model lacks": (
        lambda: metrics_of("binary", np.array([0, 2]), np.array([0, 1]), np.full((2, 2), 0.5)),
        DataError,
        "1 rows have a class that the model does not know .* row 1",
    ),
    "no class": (lambda: metrics_of("binary", np.array([0, -1]), np.array([0, 1])), DataError, "or no class at all"),
    "a missing number": (
        lambda: metrics_of("regression", np.array([1.0, np.nan]), np.array([1.0, 1.0])),
        DataError,
        "no finite target",
    ),
    "a diverged network": (
        lambda: metrics_of("regression", np.array([1.0]), np.array([np.inf])),
        TrainingError,
        "Lower the learning rate",
    ),
    "lengths that differ": (
        lambda: metrics_of("regression", np.array([1.0]), np.array([1.0, 2.0])),
        ValueError,
        "1 rows of truth were given with 2 predictions",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_judged_is_refused(case: str) -> None:
    call, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        call()
