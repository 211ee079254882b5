import numpy as np
import pytest
from cross_validated import columns
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pellucid.experiments.statistics.holm import holm
from pellucid.experiments.statistics.paired import Contrasts, mean_intervals, paired_tests
from pellucid.experiments.statistics.replicates import gather


def contrast(first: list[float] | np.ndarray, second: list[float] | np.ndarray, *, rows: int = 100) -> Contrasts:
    """One pair on one round of folds; ``rows=0`` leaves the correction out."""
    count = len(first)
    told = columns(1, count, rows) if rows else {**columns(1, count, count), "test_rows": [0] * count}
    if not rows:
        told["train_rows"] = np.ones(count)
    replicates = gather(np.stack([first, second]).astype(float), greater_is_better=True, **told)
    return paired_tests(replicates, np.array([0]), np.array([1]))


def test_the_corrected_t_is_what_is_computed_by_hand() -> None:
    # d = 1…5 points: d̄ = 3, s² = 2.5, (1/5 + 1/4)·2.5 = 1.125, t = 3/√1.125 = √8 at 4 degrees of freedom, where
    # p = 1 − sin θ·(1 + ½cos² θ) with sin² θ = 8/12.
    found = contrast([0.51, 0.52, 0.53, 0.54, 0.55], [0.5] * 5)
    assert found.t[0] == pytest.approx(np.sqrt(8))
    assert found.error[0] == pytest.approx(np.sqrt(1.125) / 100)
    assert found.p[0] == pytest.approx(1 - np.sqrt(2 / 3) * (7 / 6))
    assert found.difference[0] == pytest.approx(0.03)
    assert found.high[0] - found.difference[0] == pytest.approx(2.776445 * np.sqrt(1.125) / 100)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 30))
def test_without_overlap_it_is_the_ordinary_paired_t_test(seed: int, count: int) -> None:
    first, second = np.random.default_rng(seed).normal(size=(2, count))
    found, oracle = contrast(first, second, rows=0), stats.ttest_rel(first, second)
    interval = oracle.confidence_interval(0.95)
    assert (found.t[0], found.p[0]) == (pytest.approx(oracle.statistic), pytest.approx(oracle.pvalue))
    assert (found.low[0], found.high[0]) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_scores_that_never_differ_have_p_1_and_an_interval_of_nothing() -> None:
    found = contrast([0.8, 0.9, 0.7], [0.8, 0.9, 0.7])
    assert (found.difference[0], found.p[0], found.low[0], found.high[0]) == (0, 1, 0, 0)
    assert np.isnan(found.t[0])


@pytest.mark.parametrize(("count", "p"), [(2, 0.5), (5, 0.0625), (10, 2 / 1024)])
def test_a_difference_without_variance_has_the_sign_tests_p(count: int, p: float) -> None:
    base = np.linspace(0.1, 0.7, count)
    found = contrast(base + 0.1, base)  # sums that round differently vary by rounding alone
    assert found.p[0] == pytest.approx(p)
    assert found.difference[0] == pytest.approx(0.1)
    assert np.isnan(found.low[0]) == (p > 0.05)


def test_one_replicate_has_no_test() -> None:
    told = {"repeat": [0], "fold": [0], "train_rows": [80], "test_rows": [20]}
    replicates = gather(np.array([[0.9], [0.8]]), greater_is_better=True, **told)
    found = paired_tests(replicates, np.array([0]), np.array([1]))
    assert found.difference[0] == pytest.approx(0.1)
    assert np.isnan([found.p[0], found.t[0], found.low[0], found.high[0]]).all()
    assert np.isnan(mean_intervals(replicates)).all()


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(1e-6, 1e6))
def test_neither_the_unit_nor_the_direction_changes_p(seed: int, scale: float) -> None:
    first, second = np.random.default_rng(seed).normal(size=(2, 8))
    found, scaled, flipped = contrast(first, second), contrast(first * scale, second * scale), contrast(-first, -second)
    assert scaled.p[0] == pytest.approx(found.p[0])
    assert flipped.p[0] == pytest.approx(found.p[0])
    assert flipped.low[0] == pytest.approx(-found.high[0])


def test_a_mean_has_the_corrected_interval() -> None:
    told = columns(1, 5, 100)
    low, high = mean_intervals(gather(np.array([[0.51, 0.52, 0.53, 0.54, 0.55]]), greater_is_better=True, **told))
    assert (low[0] + high[0]) / 2 == pytest.approx(0.53)
    assert high[0] - 0.53 == pytest.approx(2.776445 * np.sqrt(1.125) / 100)


def test_holm_multiplies_step_by_step() -> None:
    # .005·4, .01·3, .03·2, and .04·1 that may not fall below its predecessor.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.9, 0.6])).tolist() == [1.0, 1.0]


@settings(deadline=None)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_lies_between_no_correction_and_bonferroni(p: list[float]) -> None:
    adjusted = holm(np.array(p))
    assert (adjusted >= np.array(p)).all()
    assert (adjusted <= np.minimum(np.array(p) * len(p), 1)).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
