"""Laws of the registry of metrics: every metric on every task that it is defined for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_judgements import KINDS, LEVELS, TASKS, Case, case, weights_for
from metric_oracles import ORACLES, ndcg, pairs_right
from sklearn import metrics as oracle

from pellucid.errors import DataError, TrainingError, UnknownNameError, UsageError
from pellucid.evaluation.metrics import (
    METRICS,
    OWN_METRICS,
    TASK_METRICS,
    judged_places,
    measures,
    metrics_of,
    task_metrics,
)

PAIRS = [(metric.name, task) for metric in METRICS for task in metric.tasks]


def value(made: Case, name: str, weights: np.ndarray | None = None) -> float:
    measure = measures(*made.given, levels=made.levels, metrics=(name,))[name]
    return float(measure(np.ones(len(made.truth)) if weights is None else weights))


def test_every_metric_has_an_oracle() -> None:
    assert set(ORACLES) == set(METRICS.names())


@pytest.mark.parametrize(("name", "task"), PAIRS)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_metric_equals_its_oracle_for_any_weights(name: str, task: str, seed: int) -> None:
    made, weights = case(task, 30, seed), weights_for(30, seed)
    if name == "mape" and task == "count":
        made = Case(task, made.truth + 1, made.values)
    assert value(made, name, weights) == pytest.approx(ORACLES[name](made, weights), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("name", "task"), PAIRS)
def test_counts_as_weights_equal_the_repeated_rows_for_every_metric(name: str, task: str) -> None:
    for seed in range(5):
        made = case(task, 25, seed)
        counts = np.bincount(np.random.default_rng(seed).integers(0, 25, 25), minlength=25)
        drawn = made.taken(np.repeat(np.arange(25), counts))
        assert value(made, name, counts.astype(float)) == pytest.approx(value(drawn, name), nan_ok=True)


@pytest.mark.parametrize(("name", "task"), PAIRS)
def test_a_batch_of_weights_gives_what_each_gives_alone(name: str, task: str) -> None:
    made = case(task)
    weights = np.random.default_rng(0).integers(0, 3, (5, len(made.truth))).astype(float)
    measure = measures(*made.given, levels=made.levels, metrics=(name,))[name]
    np.testing.assert_allclose(measure(weights), [measure(row) for row in weights])


@pytest.mark.parametrize(("name", "task"), PAIRS)
def test_what_is_met_exactly_has_the_best_value(name: str, task: str) -> None:
    made = case(task)
    if task == "count":
        made = Case(task, made.truth + 1, made.values)
    best, metric = value(made.perfect, name), METRICS[name]
    assert best == pytest.approx(0 if metric.greater_is_better is False else 1, abs=1e-9)
    if metric.greater_is_better is not None and value(made, name) != pytest.approx(best):
        assert (value(made, name) < best) == metric.greater_is_better


@pytest.mark.parametrize("name", METRICS.names())
def test_every_metric_says_what_it_is(name: str) -> None:
    metric = METRICS[name]
    assert metric.title and metric.formula and metric.purpose.endswith(".") and metric.source
    assert set(metric.tasks) <= set(TASKS)


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_judged_by_metrics_that_are_defined_for_it(task: str) -> None:
    names = (*TASK_METRICS[task], *OWN_METRICS.get(task, ()), *(task_metrics(task, 2) if task in OWN_METRICS else ()))
    assert all(task in METRICS[name].tasks for name in names)


def test_a_wrong_name_gets_the_nearest_and_a_wrong_task_those_that_fit() -> None:
    made = case("regression")
    with pytest.raises(UnknownNameError, match="Did you mean 'rmse'"):
        metrics_of(*made.given, metrics=("rmsee",))
    with pytest.raises(UsageError, match=r"brier is not defined for a target of the task regression. Choose from rmse"):
        metrics_of(*made.given, metrics=("brier",))
    several = case("regression of three targets")
    with pytest.raises(UsageError, match=r"rmse is not defined for several targets .* Choose from mean_r2"):
        metrics_of(*several.given, metrics=("rmse",))


def test_a_metric_may_be_asked_for_by_its_alias() -> None:
    made = case("ordinal")
    assert list(metrics_of(*made.given, metrics=("MCC", "qwk"))) == ["matthews_correlation", "weighted_kappa"]


def test_one_column_is_as_good_as_none() -> None:
    for task in ("regression", "count"):
        made = case(task)
        assert metrics_of(task, made.truth[:, None], made.values[:, None]) == metrics_of(task, made.truth, made.values)


def test_a_constant_target_is_left_out_of_the_mean_of_several() -> None:
    made = case("regression of three targets")
    truth = made.truth.copy()
    truth[:, 1] = 7.0
    kept = [oracle.r2_score(truth[:, place], made.values[:, place]) for place in (0, 2)]
    assert metrics_of("regression", truth, made.values)["mean_r2"] == pytest.approx(np.mean(kept))


def test_a_single_level_has_neither_coverage_nor_crossing() -> None:
    made = case("quantile")
    found = metrics_of("quantile", made.truth, made.values[:, 2:3], levels=(0.5,))
    assert list(found) == ["pinball", "mae"]
    assert found["pinball"] == pytest.approx(found["mae"] / 2)  # type: ignore[operator]


def test_the_aim_of_the_coverage_is_what_its_levels_promise() -> None:
    from pellucid.evaluation.metrics import judged_rows

    made = case("quantile")
    assert METRICS["coverage"].aim(judged_rows(*made.given, levels=made.levels)) == pytest.approx(0.8)


def test_equally_large_shares_are_both_right() -> None:
    truth = np.array([[0.5, 0.5, 0.0]] * 2)
    shares = np.array([[0.6, 0.4, 0.0], [0.4, 0.6, 0.0]])
    assert metrics_of("distribution", truth, shares.argmax(1), shares)["largest_share"] == 1


def test_a_rate_of_zero_or_below_and_a_share_of_zero_cost_a_finite_loss() -> None:
    assert metrics_of("count", np.array([1.0]), np.array([-3.0]))["poisson_deviance"] == pytest.approx(70.09, abs=0.01)
    assert metrics_of("count", np.array([1.0]), np.array([0.0]))["poisson_deviance"] == pytest.approx(70.09, abs=0.01)
    found = metrics_of("distribution", np.array([[1.0, 0.0]]), np.array([1]), np.array([[0.0, 1.0]]))
    assert found["kl_divergence"] == pytest.approx(-np.log(np.finfo(float).eps))


def test_a_share_error_of_nothing_is_undefined() -> None:
    assert metrics_of("regression", np.array([0.0, 1.0]), np.array([0.1, 1.0]), metrics=("mape",))["mape"] is None


REFUSED: dict[str, tuple[str, dict[str, np.ndarray], type[Exception], str]] = {
    "a label of 2": ("multilabel", {"truth": np.array([[0, 2]])}, DataError, "neither 0 nor 1, the first being row 0"),
    "a negative count": ("count", {"truth": np.array([-1.0])}, DataError, "a count below 0"),
    "shares of 2": ("distribution", {"truth": np.array([[1.0, 1.0, 0.0]])}, DataError, "no shares of 1"),
    "an ordinal class too many": ("ordinal", {"truth": np.array([4])}, DataError, "a class that the model does not"),
    "a missing quantile": ("quantile", {"truth": np.array([np.nan])}, DataError, "no finite target"),
    "a diverged rate": ("count", {"values": np.array([np.inf])}, TrainingError, "Lower the learning rate"),
    "a diverged label": ("multilabel", {"probabilities": np.array([[0.1, np.nan, 0.2]])}, TrainingError, "diverged"),
    "a label too few": ("multilabel", {"values": np.array([[0, 1]])}, ValueError, "which do not fit"),
    "a level too few": ("quantile", {"values": np.array([[0.0, 1.0]])}, ValueError, "4 levels, which do not fit"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_task_can_judge_is_refused(name: str) -> None:
    task, changes, kind, message = REFUSED[name]
    made = case(task).taken(np.array([3]))
    given = {"truth": made.truth, "prediction": made.values, "probabilities": made.probabilities}
    given |= {"prediction" if key == "values" else key: changed for key, changed in changes.items()}
    if name == "a label of 2":
        given |= {"prediction": np.array([[0, 1]]), "probabilities": None}
    with pytest.raises(kind, match=message):
        metrics_of(task, levels=made.levels, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("levels", [(0.5, 0.1), (0.0, 0.5), (0.5, 0.5)])
def test_levels_increase_between_0_and_1(levels: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="Levels of quantiles increase"):
        metrics_of("quantile", np.zeros(3), np.zeros((3, 2)), levels=levels)


def test_several_groups_are_weighed_whole() -> None:
    draw = np.random.default_rng(0)
    relevance, scores = draw.integers(0, 4, 60).astype(float), draw.normal(size=60)
    groups = np.repeat(np.arange(6), 10)
    found = measures("ranking", np.stack([relevance, groups], axis=1), scores)
    weights = np.array([0.0, 2.0, 0.0, 0.0, 1.0, 0.0])
    twice, once = groups == 1, groups == 4
    gains = [ndcg(relevance[own], scores[own]) for own in (twice, once)]
    assert found["ndcg"](weights) == pytest.approx((2 * gains[0] + gains[1]) / 3)
    counts = [int((relevance[own][:, None] > relevance[own]).sum()) for own in (twice, once)]
    shares = [pairs_right(relevance[own], scores[own]) for own in (twice, once)]
    expected = (2 * counts[0] * shares[0] + counts[1] * shares[1]) / (2 * counts[0] + counts[1])
    assert found["pairs_right"](weights) == pytest.approx(expected)


def test_a_group_of_equals_has_no_order_and_is_left_out() -> None:
    truth = np.array([[1.0, 0], [1.0, 0], [0.0, 1], [2.0, 1]])
    assert metrics_of("ranking", truth, np.array([5.0, 1.0, 1.0, 2.0])) == {"pairs_right": 1.0, "ndcg": 1.0}


def test_a_large_group_is_judged_on_rows_spread_evenly_over_it() -> None:
    groups = np.array([1] * 3 + [0] * 5000 + [2] * 4)
    places = judged_places(groups)
    assert np.bincount(groups[places]).tolist() == [2000, 3, 4]
    assert (np.diff(places) > 0).all() and places[0] == 0 and places[-1] == len(groups) - 1


def test_kinds_and_levels_of_the_made_up_rows_are_what_the_laws_assume() -> None:
    assert {case(kind).task for kind in KINDS} == set(TASKS)
    assert LEVELS[2] == 0.5
