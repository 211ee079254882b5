import numpy as np
import pytest

from pellucid.evaluation.intervals import bootstrap_intervals, judge, resampled_counts


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
