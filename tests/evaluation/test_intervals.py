import numpy as np
import pytest
from made_up_judgements import KINDS, case

from pellucid.evaluation.intervals import bootstrap_intervals, judge, resampled_counts
from pellucid.evaluation.metrics import METRICS


def test_every_resample_draws_as_many_rows_as_there_are() -> None:
    chunks = list(resampled_counts(70_000, resamples=7, seed=0))
    assert len(chunks) > 1
    counts = np.concatenate(chunks)
    assert counts.shape == (7, 70_000)
    assert (counts.sum(axis=1) == 70_000).all()


def test_the_interval_is_the_percentile_of_the_metric_on_drawn_rows() -> None:
    generator = np.random.default_rng(1)
    truth = generator.normal(size=40)
    prediction = truth + generator.normal(size=40)
    drawn = np.random.default_rng(9).integers(0, 40, (2000, 40))
    plain = np.sqrt(((prediction - truth) ** 2)[drawn].mean(axis=1))
    found = bootstrap_intervals("regression", truth, prediction, seed=9)["rmse"]
    assert found == pytest.approx(tuple(np.quantile(plain, (0.025, 0.975))))


def test_about_95_of_100_intervals_hold_the_truth() -> None:
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        right = (generator.random(150) < 0.8).astype(int)
        low, high = bootstrap_intervals("binary", np.ones(150, dtype=int), right, resamples=400)["accuracy"] or (1, 0)
        held += low <= 0.8 <= high
    # Binomial(200, 0.95) leaves 181…199 once in a thousand times; the draws are seeded.
    assert 181 <= held <= 199


def test_a_flawless_score_is_not_certain() -> None:
    truth = np.tile([0, 1], 50)
    low, high = bootstrap_intervals("binary", truth, truth)["accuracy"] or (0, 0)
    # The exact bound: 0.963782…^100 = 0.025.
    assert (low, high) == (pytest.approx(0.963782, abs=1e-5), 1.0)
    low, high = bootstrap_intervals("binary", truth, 1 - truth)["accuracy"] or (0, 0)
    assert (low, high) == (0.0, pytest.approx(0.036218, abs=1e-5))


def test_four_rows_give_scores_without_intervals() -> None:
    scores = judge("regression", np.arange(4.0), np.arange(4.0) + 1)
    assert [score.metric for score in scores] == ["rmse", "mae", "r2"]
    assert all(score.low is None and score.high is None for score in scores)


def test_an_undefined_metric_is_left_out_of_the_scores() -> None:
    truth = np.ones(20, dtype=int)
    scores = judge("binary", truth, truth, np.tile([0.1, 0.9], (20, 1)))
    assert [score.metric for score in scores] == ["accuracy", "log_loss"]


def test_a_class_of_one_row_leaves_the_auc_without_an_interval() -> None:
    # A third of the resamples do not draw the row, and their AUC is undefined.
    truth = np.array([1] + [0] * 19)
    probabilities = np.column_stack([np.linspace(0, 1, 20), 1 - np.linspace(0, 1, 20)])
    found = bootstrap_intervals("binary", truth, truth, probabilities)
    assert found["roc_auc"] is None
    assert found["log_loss"] is not None


def test_scores_carry_value_interval_and_direction() -> None:
    generator = np.random.default_rng(2)
    truth = generator.integers(0, 2, 300)
    probabilities = np.eye(2)[truth] * 0.4 + generator.dirichlet([1, 1], 300) * 0.6
    scores = {s.metric: s for s in judge("binary", truth, probabilities.argmax(1), probabilities)}
    for score in scores.values():
        assert score.low is not None and score.high is not None
        assert score.low < score.value < score.high
    assert scores["accuracy"].greater_is_better and not scores["log_loss"].greater_is_better


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    truth = np.random.default_rng(3).normal(size=50)
    first, same, other = (bootstrap_intervals("regression", truth, truth * 0.9, seed=seed) for seed in (4, 4, 5))
    assert first == same
    assert first != other


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_target_has_scores_with_intervals_around_them(kind: str) -> None:
    made = case(kind, 80)
    scores = judge(*made.given, levels=made.levels, resamples=300)
    assert len({score.key for score in scores}) == len(scores)
    for score in scores:
        assert score.low is not None and score.high is not None
        assert score.low <= score.value <= score.high
        assert score.greater_is_better == METRICS[score.metric].greater_is_better


def test_several_targets_are_judged_together_and_then_one_by_one_in_their_own_unit() -> None:
    made = case("regression of three targets")
    truth, values = made.truth * (1, 10, 1000), made.values * (1, 10, 1000)
    scores = judge("regression", truth, values, names=("a", "b", "c"), resamples=50)
    assert [score.key for score in scores][:4] == ["mean_r2", "rmse(a)", "mae(a)", "r2(a)"]
    assert [score.target for score in scores] == ["", *"aaabbbccc"]
    own = {score.key: score.value for score in scores}
    alone = judge("regression", truth[:, 2], values[:, 2], resamples=50)
    assert own["rmse(c)"] == alone[0].value
    assert own["mean_r2"] == pytest.approx(np.mean([own[f"r2({name})"] for name in "abc"]))
    assert [score.target for score in judge("regression", truth, values, resamples=50)][-1] == "target 3"


def test_the_coverage_has_an_aim_and_no_direction() -> None:
    made = case("quantile", 60)
    scores = {score.metric: score for score in judge(*made.given, levels=made.levels, resamples=50)}
    assert (scores["coverage"].aim, scores["coverage"].greater_is_better) == (0.8, None)
    assert scores["pinball"].aim is None


def test_metrics_may_be_asked_for_by_name() -> None:
    made = case("binary")
    assert [score.metric for score in judge(*made.given, metrics=("brier", "f1"), resamples=20)] == ["brier", "f1"]


def test_where_every_row_is_covered_the_interval_is_the_exact_bound() -> None:
    truth = np.linspace(0, 1, 100)
    found = bootstrap_intervals("quantile", truth, np.stack([truth - 1, truth + 1], axis=1), levels=(0.1, 0.9))
    assert found["coverage"] == (pytest.approx(0.963782, abs=1e-5), 1.0)
