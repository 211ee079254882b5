"""Test surfaces: gradients are those of the values, minima are the lowest points."""

import numpy as np
import pytest

from pellucid.errors import UnknownNameError
from pellucid.figures.landscape import contours, landscape_figure
from pellucid.figures.surfaces import SURFACES

EVERY = pytest.mark.parametrize("name", SURFACES.names())
PLACES = np.random.default_rng(0).uniform(-2.0, 2.0, (50, 2))


@EVERY
def test_a_gradient_is_the_central_difference_of_the_value(name: str) -> None:
    surface = SURFACES(name, **({"batch": 64} if name == "noisy" else {}))
    step = 1e-6
    for axis in range(2):
        shift = np.eye(2)[axis] * step
        slope = (surface.value(PLACES + shift) - surface.value(PLACES - shift)) / (2 * step)
        np.testing.assert_allclose(surface.gradient(PLACES)[..., axis], slope, rtol=1e-7, atol=1e-8)


@EVERY
def test_nothing_in_the_window_lies_below_the_minimum(name: str) -> None:
    surface = SURFACES(name)
    lowest = float(surface.value(np.array(surface.minimum)))
    assert lowest <= float(contours(surface).heights.min())


@EVERY
def test_the_whole_gradient_vanishes_at_the_minimum(name: str) -> None:
    surface = SURFACES(name, **({"batch": 64} if name == "noisy" else {}))
    np.testing.assert_allclose(surface.gradient(np.array(surface.minimum)), 0.0, atol=1e-12)


@EVERY
def test_start_and_minimum_lie_inside_the_window(name: str) -> None:
    surface = SURFACES(name)
    left, right, bottom, top = surface.entry.window
    for x, y in (surface.entry.start, surface.minimum):
        assert left < x < right
        assert bottom < y < top


def test_a_higher_tilt_moves_the_lower_minimum_further_left() -> None:
    assert SURFACES("two_minima", tilt=0.3).minimum[0] < SURFACES("two_minima", tilt=0.1).minimum[0] < -1.0


def test_the_batches_of_an_epoch_average_to_the_whole_gradient() -> None:
    point = np.array([-2.0, -2.0])
    noisy, whole = SURFACES("noisy", batch=4), SURFACES("noisy", batch=64)
    each = np.stack([noisy.gradient(point, step) for step in range(16)])
    assert each.std(axis=0).min() > 0.1
    np.testing.assert_allclose(each.mean(axis=0), whole.gradient(point), rtol=1e-12)


def test_another_seed_draws_other_rows_and_the_same_seed_the_same() -> None:
    point = np.array([-2.0, -2.0])
    first = SURFACES("noisy").gradient(point, 3)
    np.testing.assert_array_equal(first, SURFACES("noisy").gradient(point, 3))
    assert (first != SURFACES("noisy", seed=1).gradient(point, 3)).all()


def test_a_surface_has_its_own_sheet_of_numbers() -> None:
    figure = landscape_figure(SURFACES("valley"))
    rows = {row[0]: row[1:] for row in figure.table.rows}
    # ½(2² + 25·0.8²) = 10; slopes −2 and 25·0.8 = 20.
    assert rows["start"] == pytest.approx((-2.0, 0.8, 10.0, -2.0, 20.0))
    assert figure.facts["minimum_value"] == 0.0
    assert "lowest (0) at x = 0, y = 0" in figure.alt


def test_a_misspelt_surface_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match=r"There is no surface 'vally'\. Did you mean 'valley'\?"):
        SURFACES("vally")
