import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from pellucid.evaluation.baselines import Baseline, boosting, fit_baselines
from pellucid.evaluation.baselines.boosting import SMALL_SETTINGS, boosting_settings
from pellucid.evaluation.baselines.features import baseline_features
from pellucid.tables import (
    ColumnDecision,
    Table,
    TargetDecision,
    decide_columns,
    decide_target,
    read_table,
    split_rows,
    target_values,
)


def fitted(source: Any, target: str, *, seed: int = 0, test_size: float = 0.2) -> tuple[list[Baseline], np.ndarray]:
    """The baselines of a table the way a run fits them, and the truth of its test rows."""
    table = read_table(source)
    decisions, _ = decide_columns(table, target)
    goal = decide_target(table.column(target))
    truth = target_values(table.column(target), goal)
    train, test = split_rows(truth, goal.task, test_size=test_size, seed=seed)
    return fit_baselines(table, decisions, goal, truth, train, test, seed), truth[test]


def decision(name: str, encoding: str = "numeric", *, used: bool = True) -> ColumnDecision:
    kind = {"presence": "text", "none": "text"}.get(encoding, encoding)
    return ColumnDecision(
        name=name,
        kind=kind,
        reason="",
        used=used,
        encoding=encoding,
        missing=0,
        distinct=9,  # type: ignore[arg-type]
    )


def goal(task: str, classes: tuple[str, ...] = ()) -> TargetDecision:
    return TargetDecision(
        name="y",
        task=task,
        classes=classes,
        counts=(),
        reason="",
        note="",
        missing=0,
        findings=(),  # type: ignore[arg-type]
    )


def scores(baseline: Baseline) -> dict[str, float]:
    return {score.metric: score.value for score in baseline.record.scores}


def rows(start: int, stop: int) -> np.ndarray:
    return np.arange(start, stop, dtype=np.int64)


def test_they_are_strong_on_a_table_that_people_know() -> None:
    found, truth = fitted("sklearn:breast_cancer", "target")
    assert [baseline.record.name for baseline in found] == ["majority", "linear", "boosting"]
    majority, linear, boosting = map(scores, found)
    assert majority["accuracy"] == pytest.approx(np.bincount(truth).max() / len(truth))
    assert majority["roc_auc"] == 0.5
    assert linear["accuracy"] > 0.95 and linear["roc_auc"] > 0.98
    assert boosting["accuracy"] > 0.93 and boosting["roc_auc"] > 0.98
    for baseline in found:
        assert baseline.probabilities is not None
        np.testing.assert_allclose(baseline.probabilities.sum(axis=1), 1)
        assert all(score.low is not None for score in baseline.record.scores)


def test_a_regression_is_judged_in_the_unit_of_its_target() -> None:
    generator = np.random.default_rng(0)
    x = generator.uniform(0, 10, 600)
    kind = generator.choice(["a", "b"], 600)
    y = 1e6 + 3000 * x + np.where(kind == "a", 0, 9000) + generator.normal(0, 100, 600)
    (mean, linear, boosting), _ = fitted({"x": x, "kind": kind, "y": y}, "y")
    assert scores(linear)["rmse"] == pytest.approx(100, rel=0.2)
    assert scores(linear)["rmse"] < scores(boosting)["rmse"] < scores(mean)["rmse"] / 5
    assert mean.record.title.startswith("always the mean (1")
    assert linear.record.title == "ridge regression"
    assert linear.probabilities is None


def test_gaps_are_information() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=500)
    gone = generator.random(500) < 0.3
    y = np.where(gone, "yes", np.where(generator.random(500) < 0.1, "yes", "no"))
    found, _ = fitted({"x": np.where(gone, np.nan, x), "y": y}, "y")
    assert scores(found[1])["accuracy"] > 0.85
    assert scores(found[2])["accuracy"] > 0.85


def test_a_class_without_a_training_row_gets_probability_zero() -> None:
    table = read_table({"x": np.arange(40.0), "y": ["a"] * 40})
    truth = np.array(([0, 2] * 15) + [0, 1, 2] * 3 + [2])
    found = fit_baselines(table, [decision("x")], goal("multiclass", ("a", "b", "c")), truth, rows(0, 30), rows(30, 40))
    for baseline in found:
        assert baseline.probabilities is not None
        assert baseline.probabilities.shape == (10, 3)
        assert (baseline.probabilities[:, 1] == 0).all()
        assert (baseline.probabilities[:, [0, 2]] > 0).all()


def test_classes_of_one_row_do_no_harm() -> None:
    generator = np.random.default_rng(2)
    truth = np.concatenate([[0, 1, 2, 3], generator.integers(0, 2, 56)])
    table = read_table({"x": generator.normal(size=60), "y": truth.astype(str)})
    classes = goal("multiclass", ("0", "1", "2", "3"))
    for train, test in ((rows(0, 45), rows(45, 60)), (rows(1, 30), rows(0, 1))):
        assert len(fit_baselines(table, [decision("x")], classes, truth, train, test)) == 3


def test_a_large_table_with_a_class_of_one_row_does_not_stop_early() -> None:
    generator = np.random.default_rng(2)
    truth = np.concatenate([[2], generator.integers(0, 2, 10_999)])
    table = read_table({"x": truth + generator.normal(0, 0.3, 11_000), "y": truth.astype(str)})
    found = fit_baselines(
        table, [decision("x")], goal("multiclass", ("0", "1", "2")), truth, rows(0, 10_500), rows(10_500, 11_000)
    )
    assert scores(found[2])["accuracy"] > 0.9


@pytest.mark.parametrize(
    ("decisions", "train"),
    [([decision("x", "none", used=False)], rows(0, 8)), ([decision("x")], rows(0, 2)), ([decision("x")], rows(8, 12))],
    ids=["no column is used", "two training rows", "one class among the training rows"],
)
def test_where_nothing_can_be_fitted_the_simple_answer_stands_in_and_says_so(
    decisions: list[ColumnDecision], train: np.ndarray
) -> None:
    truth = np.array([0, 1] * 4 + [1] * 4)
    table = read_table({"x": np.arange(12.0), "y": truth})
    majority, linear, boosting = fit_baselines(
        table, decisions, goal("binary", ("no", "yes")), truth, train, rows(0, 12)
    )
    for fallback in (linear, boosting):
        assert fallback.record.title.endswith(f"(nothing to fit: {majority.record.title})")
        assert (fallback.values == majority.values).all()


def test_more_categories_than_trees_can_take_are_folded_and_new_ones_are_no_trouble() -> None:
    generator = np.random.default_rng(3)
    kind = [f"k{place % 400}" for place in range(1200)]
    truth = np.array([float(name[1:]) for name in kind]) + generator.normal(size=1200)
    kind[1190:] = ["never seen"] * 10
    table = read_table({"kind": kind, "y": truth})
    train, test = rows(0, 1000), rows(1000, 1200)
    decisions = [decision("kind", "category")]
    features = baseline_features(table, decisions, train)
    assert set(np.unique(features.trees[train])) == set(range(255))
    assert features.linear.shape == (1200, 255)
    found = fit_baselines(table, decisions, goal("regression"), truth, train, test)
    assert all(np.isfinite(baseline.values).all() for baseline in found)


def test_missing_categories_are_missing_to_trees_and_a_column_to_the_line_if_training_saw_one() -> None:
    table = read_table({"kind": ["a", "b", None, "a", "c", None], "y": np.arange(6.0)})
    decisions = [decision("kind", "category")]
    seen = baseline_features(table, decisions, rows(0, 4))
    np.testing.assert_array_equal(seen.trees[:, 0], [0, 1, np.nan, 0, np.nan, np.nan])
    np.testing.assert_array_equal(seen.linear, [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0], [1, 0, 0]])
    unseen = baseline_features(table, decisions, rows(0, 2))
    np.testing.assert_array_equal(unseen.linear, [[1, 0], [0, 1], [0, 0], [1, 0], [0, 0], [0, 0]])


def test_infinities_and_dates_and_presence_become_finite_numbers() -> None:
    when = np.array(["2024-01-01T06", "2024-01-06T00", "NaT", "2024-07-01T12"], dtype="datetime64[us]")
    table = read_table({"x": [1.0, np.inf, 3.0, -np.inf], "cabin": ["C1", None, None, "D4"], "y": [1.0, 2.0, 3.0, 4.0]})
    table = Table(name="t", path="", sha256="", columns=(*table.columns, type(table.columns[0])("when", "date", when)))
    features = baseline_features(
        table, [decision("x"), decision("cabin", "presence"), decision("when", "date")], rows(0, 4)
    )
    assert np.isfinite(features.linear).all()
    np.testing.assert_array_equal(features.trees[:, 0], [1, 3, 3, 1])
    np.testing.assert_array_equal(features.trees[:, 1], [1, 0, 0, 1])
    # Monday at 6 in the morning, a Saturday, nothing, a Monday at noon in July.
    np.testing.assert_array_equal(features.trees[:, 3:], [[0, 0, 6], [0, 5, 0], [np.nan] * 3, [6, 0, 12]])


def test_nothing_is_learned_from_the_test_rows() -> None:
    generator = np.random.default_rng(4)
    numbers, words = generator.normal(size=50), generator.choice(["a", "b", "c"], 50)
    changed = numbers.copy()
    numbers[::7] = np.nan
    changed[::7] = np.nan
    changed[41:] = 1e6
    swapped = words.copy()
    swapped[40:] = "d"
    decisions = [decision("x"), decision("w", "category")]
    first, second = (
        baseline_features(read_table({"x": x, "w": w, "y": numbers}), decisions, rows(0, 40))
        for x, w in ((numbers, words), (changed, swapped))
    )
    np.testing.assert_array_equal(first.linear[:40], second.linear[:40])
    np.testing.assert_array_equal(first.trees[:40], second.trees[:40])


def test_the_target_is_never_an_input() -> None:
    table = read_table({"x": np.zeros(5), "y": np.arange(5.0)})
    marked = ColumnDecision(name="y", kind="target", reason="", used=True, encoding="numeric", missing=0, distinct=5)
    assert baseline_features(table, [decision("x"), marked], rows(0, 5)).trees.shape == (5, 1)


def test_equal_seeds_give_equal_baselines() -> None:
    first, second = (fitted("sklearn:diabetes", "target")[0] for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        assert one.record.scores == other.record.scores


def test_judging_alone_imports_neither_torch_nor_scikit_learn() -> None:
    code = "import sys, pellucid.evaluation; print([m for m in ('torch', 'sklearn', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.filterwarnings("error")
def test_many_small_classes_are_no_reason_to_warn() -> None:
    """scikit-learn doubts a target with more classes than half of the rows; its doubt would stand on the screen."""
    generator = np.random.default_rng(0)
    names = [f"k{number % 18}" for number in range(30)]
    found, _ = fitted({"a": generator.normal(size=30), "b": generator.normal(size=30), "y": names}, "y")
    assert [baseline.record.name for baseline in found] == ["majority", "linear", "boosting"]


# Rows, classes (0: a number) and what boosting is given; benchmarks compare with runs on these settings.
SETTINGS = {
    "two classes, many rows": (26_000, 2, {"max_iter": 1000, "early_stopping": True, "n_iter_no_change": 20}),
    "a number, many rows": (16_000, 0, {"max_iter": 1000, "early_stopping": True, "n_iter_no_change": 20}),
    "ten classes, many rows": (16_000, 10, {"max_iter": 111, "early_stopping": True, "n_iter_no_change": 20}),
    "letters": (16_000, 26, {"early_stopping": False}),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_boosting_keeps_its_settings_on_tables_of_ordinary_size(case: str) -> None:
    count, classes, expected = SETTINGS[case]
    learned = np.arange(count) % classes if classes else np.arange(count) * 1.0
    train, task = np.zeros((count, 1)), "multiclass" if classes else "regression"
    assert boosting_settings(train, learned, np.zeros(1, dtype=bool), task, 0) == expected


@pytest.mark.parametrize(("classes", "choices"), [(0, 3), (2, 3), (3, 1), (6, 1), (10, 1)])
def test_a_small_table_of_few_classes_chooses_between_two_settings(
    classes: int, choices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Any] = []
    booster = boosting.booster

    def listed(task: str, categorical: np.ndarray, seed: int, settings: Any) -> Any:
        tried.append(settings)
        return booster(task, categorical, seed, {**settings, "max_iter": 1})

    monkeypatch.setattr(boosting, "booster", listed)
    learned = np.arange(200) % classes if classes else np.arange(200) * 1.0
    train, task = np.zeros((200, 1)), "multiclass" if classes else "regression"
    assert boosting_settings(train, learned, np.zeros(1, dtype=bool), task, 0) in SMALL_SETTINGS
    assert tried == list(SMALL_SETTINGS) * choices


@pytest.mark.parametrize("count", [2000, 10_000, 20_000])
@pytest.mark.parametrize("classes", [11, 26, 27, 200, 1000])
def test_many_classes_never_take_more_trees_than_letters(
    count: int, classes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boosting, "booster", lambda *given: pytest.fail("nothing is fitted to choose"))
    settings = boosting_settings(
        np.zeros((count, 1)), np.arange(count) % classes, np.zeros(1, dtype=bool), "multiclass", 0
    )
    assert 0 < settings.get("max_iter", 100) * classes <= 2600
    assert settings["early_stopping"] is False


def test_boosting_is_a_rival_on_many_small_classes() -> None:
    """Without a penalty the leaves of 60 classes of ten rows fly off, and boosting says less than the constant."""
    generator = np.random.default_rng(0)
    centres, truth = generator.normal(size=(60, 6)), np.arange(600) % 60
    x = centres[truth] + 0.3 * generator.normal(size=(600, 6))
    found, _ = fitted({**{f"x{i}": x[:, i] for i in range(6)}, "y": [f"k{code}" for code in truth]}, "y")
    majority, _, boosting = map(scores, found)
    assert boosting["log_loss"] < majority["log_loss"] / 1.5
