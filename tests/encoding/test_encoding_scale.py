import numpy as np
import pytest

from pellucid.encoding.scale import fit_scale, scale_values

INF = np.inf


def test_standard_scaling_gives_mean_zero_and_population_spread_one():
    values = np.array([1.0, 2.0, 3.0, 6.0])
    scaled, _ = scale_values(values, fit_scale(values, "standard"), "standard")
    # mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5
    assert scaled == pytest.approx((values - 3) / np.sqrt(3.5), abs=1e-15)


def test_robust_scaling_is_the_published_formula():
    values = np.array([0.0, 1.0, 2.0, 3.0, 100.0])
    scaled, _ = scale_values(values, fit_scale(values, "robust_clip"), "robust_clip")
    plain = (values - 2) / 2  # median 2, quartiles 1 and 3
    assert scaled == pytest.approx(plain / np.sqrt(1 + (plain / 3) ** 2), abs=1e-15)
    assert scaled.max() < 3


def test_robust_scaling_without_quartile_range_uses_half_the_whole_range():
    values = np.array([0.0] * 9 + [4.0])
    assert fit_scale(values, "robust_clip").factor == 0.5


@pytest.mark.parametrize("scaling", ["standard", "robust_clip"])
def test_a_constant_column_becomes_zero_everywhere(scaling):
    scale = fit_scale(np.full(5, 0.1), scaling)
    assert scale_values(np.array([0.1, 7.0, -INF]), scale, scaling)[0].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("scaling", ["standard", "robust_clip"])
def test_missing_values_become_zero_and_do_not_move_the_scale(scaling):
    with_gaps = fit_scale(np.array([np.nan, 1.0, 2.0, 4.0, np.nan]), scaling)
    assert with_gaps == fit_scale(np.array([1.0, 2.0, 4.0]), scaling)
    scaled, beyond = scale_values(np.array([np.nan]), with_gaps, scaling)
    assert (scaled.tolist(), beyond) == ([0.0], 0)


@pytest.mark.parametrize("scaling", ["standard", "robust_clip"])
def test_infinities_become_the_nearest_training_value_and_are_counted(scaling):
    scale = fit_scale(np.array([-5.0, 1.0, 2.0, 40.0, INF]), scaling)
    scaled, beyond = scale_values(np.array([INF, -INF, 40.0, -5.0]), scale, scaling)
    assert beyond == 2
    assert scaled[0] == scaled[2]
    assert scaled[1] == scaled[3]


@pytest.mark.parametrize("scaling", ["standard", "robust_clip"])
@pytest.mark.parametrize("unit", [1e-300, 1e-9, 1e12, 1e300])
def test_the_unit_of_a_column_does_not_matter(unit, scaling):
    values = np.array([1.0, 2.0, 3.0, 5.0, 8.0])
    scaled, beyond = scale_values(values * unit, fit_scale(values * unit, scaling), scaling)
    plain, _ = scale_values(values, fit_scale(values, scaling), scaling)
    assert scaled == pytest.approx(plain, rel=1e-12)
    assert beyond == 0


def test_a_number_that_float32_cannot_carry_counts_as_infinite():
    scale = fit_scale(np.array([0.0, 1.0, 2.0]), "standard")
    scaled, beyond = scale_values(np.array([1e300, 2.0]), scale, "standard")
    assert beyond == 1
    assert scaled[0] == scaled[1]


def test_a_column_without_any_value_becomes_zero():
    scale = fit_scale(np.array([np.nan, np.nan]), "standard")
    assert scale_values(np.array([3.0, np.nan]), scale, "standard")[0].tolist() == [0.0, 0.0]
