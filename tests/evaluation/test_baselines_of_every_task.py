"""The plain models of every task on made-up rows: right shapes, better than the constant, and no test row looked at."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from pellucid.evaluation.baselines import RIVALS, Baseline, boosting, fit_baselines, ordinal
from pellucid.evaluation.metrics import METRICS, TASK_METRICS, task_metrics
from pellucid.tables import UNIT_TASKS, ColumnDecision, TargetDecision, read_table

ROWS, TRAIN, PARTS = 260, 200, 3
LEVELS = (0.1, 0.5, 0.9)
SEVERAL = ("regression of three targets", "count of three targets")
KINDS = (*RIVALS, *SEVERAL)
CLASSES = {
    "binary": ("no", "yes"),
    "multiclass": ("a", "b", "c"),
    "ordinal": ("1", "2", "3", "4"),
    "distribution": ("x", "y", "z"),
}


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests claim holds with few trees as well as with many."""
    monkeypatch.setattr(boosting, "SMALL_SETTINGS", ({"max_iter": 15}, {"max_iter": 15, "max_leaf_nodes": 4}))


def truth_of(kind: str, signal: np.ndarray, g: np.random.Generator) -> np.ndarray:
    """What ``signal`` decides, with noise."""
    task, n = kind.split(" of ")[0], len(signal)
    noisy = signal + 0.3 * g.normal(size=n)
    if task in ("binary", "multiclass", "ordinal"):
        return np.digitize(noisy, np.quantile(noisy, np.arange(1, len(CLASSES[task])) / len(CLASSES[task])))
    slopes = np.array([-1.0, 0.3, 1.0])
    if task == "multilabel":
        return (noisy[:, None] * slopes > (-1.0, 0.0, 0.8)).astype(np.float64)
    if task == "distribution":
        raw = np.exp(noisy[:, None] * slopes)
        return raw / raw.sum(axis=1, keepdims=True)
    if task == "count":
        return g.poisson(np.exp(0.6 * signal[:, None] * slopes if kind != task else 0.6 * signal)).astype(float)
    return 10.0 ** np.arange(PARTS) * (noisy[:, None] * slopes) if kind != task else 50 * noisy


def problem(kind: str, *, seed: int = 0) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments of ``fit_baselines``."""
    g = np.random.default_rng(seed)
    x, y = g.normal(size=ROWS), g.choice(["k", "l"], ROWS)
    truth = truth_of(kind, x + (y == "k"), g)
    task = kind.split(" of ")[0]
    decisions = [
        ColumnDecision(name=name, kind=encoding, reason="", used=True, encoding=encoding, missing=0, distinct=9)
        for name, encoding in (("x", "numeric"), ("y", "category"))
    ]
    target = TargetDecision(
        name="t", task=task, classes=CLASSES.get(task, ()), counts=(), reason="", note="", missing=0, findings=()
    )
    rows = np.arange(ROWS)
    given: dict[str, Any] = {"levels": LEVELS} if task == "quantile" else {}
    if kind in SEVERAL:
        given["names"] = ("small", "middle", "large")
    return (read_table({"x": x, "y": y}), decisions, target, truth, rows[:TRAIN], rows[TRAIN:]), given


@cache
def fitted(kind: str) -> tuple[list[Baseline], np.ndarray]:
    given, words = problem(kind)
    return fit_baselines(*given, **words), given[3]


def primary(baseline: Baseline) -> float:
    """The first score, turned so that more is better."""
    score = baseline.record.scores[0]
    return score.value if score.greater_is_better else -score.value


@pytest.mark.parametrize("kind", KINDS)
def test_both_models_beat_the_constant_and_are_judged_alike(kind: str) -> None:
    found, truth = fitted(kind)
    task = kind.split(" of ")[0]
    assert [baseline.record.name for baseline in found] == ["majority", "linear", "boosting"]
    majority, *others = found
    assert all(primary(other) > primary(majority) for other in others)
    for baseline in found:
        overall = [score.metric for score in baseline.record.scores if not score.target]
        assert tuple(overall) == task_metrics(task, 3 if kind in SEVERAL else 1)
        assert len(baseline.values) == ROWS - TRAIN
        expected = (ROWS - TRAIN, len(LEVELS)) if task == "quantile" else truth[TRAIN:].shape
        assert baseline.values.shape == ((ROWS - TRAIN,) if task == "distribution" else expected)
        if task in CLASSES:
            assert baseline.probabilities is not None
            np.testing.assert_allclose(baseline.probabilities.sum(axis=1), 1)
    assert not any("nothing to fit" in other.record.title for other in others)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_true_of_the_test_rows_changes_no_prediction(kind: str) -> None:
    given, words = problem(kind)
    first, _ = fitted(kind)
    truth = given[3].copy()
    truth[TRAIN:] = truth[TRAIN : TRAIN + 1]
    second = fit_baselines(*given[:3], truth, *given[4:], **words)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


@pytest.mark.parametrize("kind", KINDS)
def test_where_no_column_is_used_all_say_the_constant(kind: str) -> None:
    given, words = problem(kind)
    majority, *others = fit_baselines(given[0], [], *given[2:], **words)
    for fallback in others:
        assert fallback.record.title.endswith(f"(nothing to fit: {majority.record.title})")
        np.testing.assert_array_equal(fallback.values, majority.values)


def test_the_constants_are_the_best_ones() -> None:
    for kind, expected in (
        ("quantile", lambda learned: np.quantile(learned, LEVELS)),
        ("count", np.mean),
        ("ordinal", lambda learned: np.sort(learned)[(len(learned) - 1) // 2]),
        ("multilabel", lambda learned: learned.mean(axis=0) >= 0.5),
        (SEVERAL[0], lambda learned: learned.mean(axis=0)),
    ):
        (majority, *_), truth = fitted(kind)
        np.testing.assert_allclose(majority.values[0], expected(truth[:TRAIN]))
    (majority, *_), truth = fitted("distribution")
    np.testing.assert_allclose(majority.probabilities[0], truth[:TRAIN].mean(axis=0))  # type: ignore[index]


def test_quantiles_never_cross_and_many_levels_are_filled_in() -> None:
    given, _ = problem("quantile")
    levels = tuple(np.arange(1, 20) / 20)
    for baseline in fit_baselines(*given, levels=levels):
        assert baseline.values.shape == (ROWS - TRAIN, 19)
        assert (np.diff(baseline.values, axis=1) >= 0).all()
    below = (given[3][TRAIN:, None] <= baseline.values).mean(axis=0)
    assert np.abs(below - levels).mean() < 0.15


def test_a_label_that_no_training_row_has_is_never_said() -> None:
    given, _ = problem("multilabel")
    truth = given[3].copy()
    truth[:TRAIN, 1] = 0
    truth[TRAIN, 1] = 1
    for baseline in fit_baselines(*given[:3], truth, *given[4:]):
        assert (baseline.probabilities[:, 1] == 0).all()  # type: ignore[index]


def test_a_class_in_order_that_no_training_row_has_does_no_harm() -> None:
    given, _ = problem("ordinal")
    truth = np.where(given[3] == 2, 1, given[3])
    for baseline in fit_baselines(*given[:3], truth, *given[4:]):
        assert baseline.probabilities is not None
        np.testing.assert_allclose(baseline.probabilities.sum(axis=1), 1)
        assert baseline.probabilities[:, 2].max() < 0.02


def test_steps_that_contradict_one_another_leave_no_probability_below_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordinal, "logistic_probabilities", lambda problem: np.tile([0.4, 0.6, 0.2], (ROWS - TRAIN, 1)))
    given, words = problem("ordinal")
    _, linear, _ = fit_baselines(*given, **words)
    np.testing.assert_allclose(linear.probabilities[0], [0.6, 0.0, 0.2, 0.2], atol=1e-12)  # type: ignore[index]
    assert (linear.values == 0).all()


def test_a_constant_target_among_several_is_predicted_as_such() -> None:
    for kind, constant in ((SEVERAL[0], 5.0), (SEVERAL[1], 0.0), (SEVERAL[1], 2.0)):
        given, words = problem(kind)
        truth = given[3].copy()
        truth[:, 1] = constant
        for baseline in fit_baselines(*given[:3], truth, *given[4:], **words):
            np.testing.assert_allclose(baseline.values[:, 1], constant, atol=1e-6)


def test_a_part_that_never_has_a_share_is_never_given_one() -> None:
    given, _ = problem("distribution")
    truth = given[3].copy()
    truth[:, 0] = 0
    truth /= truth.sum(axis=1, keepdims=True)
    for baseline in fit_baselines(*given[:3], truth, *given[4:]):
        assert (baseline.probabilities[:, 0] == 0).all()  # type: ignore[index]


def test_a_row_far_out_gets_no_rate_above_all_counts_ever_seen() -> None:
    given, _ = problem("count")
    table = read_table({"x": np.append(given[0].column("x").values[:-1], 1e6), "y": given[0].column("y").values})
    _, linear, _ = fit_baselines(table, *given[1:])
    assert linear.values[-1] == pytest.approx(given[3][:TRAIN].max())


def test_every_task_has_its_rivals() -> None:
    assert set(RIVALS) == set(TASK_METRICS) - set(UNIT_TASKS)
    for task, (_, linear, trees) in RIVALS.items():
        assert linear.title and trees.title == "gradient boosting"
        assert METRICS[TASK_METRICS[task][0]].greater_is_better is not None
