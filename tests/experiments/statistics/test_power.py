import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pellucid.experiments.statistics.power import chance_to_find, smallest_found


@pytest.mark.parametrize(("freedom", "level", "shift"), [(4, 0.05, 3.0), (10, 0.05 / 6, 4.2), (49, 0.05, 2.8)])
def test_the_chance_is_that_of_the_noncentral_t(freedom: int, level: float, shift: float) -> None:
    bound = stats.t.isf(level / 2, freedom)
    expected = stats.nct.sf(bound, freedom, shift)  # the other tail is below 1e-6 here
    assert chance_to_find(shift * 0.01, 0.01, freedom, level=level) == pytest.approx(expected, abs=2e-5)


def test_a_difference_of_nothing_is_found_at_the_level() -> None:
    assert chance_to_find(0.0, 0.01, 14, level=0.05) == pytest.approx(0.05, abs=1e-6)


@settings(deadline=None)  # the search takes as long as the machine is busy
@given(freedom=st.floats(1, 100), pairs=st.integers(1, 20_000), power=st.floats(0.3, 0.95))
def test_the_smallest_difference_is_found_with_the_power_that_is_asked_for(
    freedom: float, pairs: int, power: float
) -> None:
    size = smallest_found(0.02, freedom, level=0.05 / pairs, power=power)
    assert chance_to_find(size, 0.02, freedom, level=0.05 / pairs) == pytest.approx(power, abs=1e-6)
    assert chance_to_find(-size, 0.02, freedom, level=0.05 / pairs) == pytest.approx(power, abs=1e-6)


def test_many_degrees_of_freedom_give_the_textbooks_sum_of_quantiles() -> None:
    # z(0.975) + z(0.8) = 1.95996 + 0.84162
    assert smallest_found(1.0, 1e6) == pytest.approx(2.80158, abs=1e-3)
