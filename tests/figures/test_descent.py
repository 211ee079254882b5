"""Paths of optimizers on test surfaces: every rule on every surface, with a rate that is given or found."""

import numpy as np
import pytest

from pellucid.errors import UnknownNameError, UsageError
from pellucid.figures.descent import descent_figure, find_descent
from pellucid.figures.surfaces import SURFACES
from pellucid.optimizers import OPTIMIZERS


@pytest.mark.parametrize("surface", SURFACES.names())
@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_the_best_of_several_rates_comes_down_and_stays_in_the_window(name: str, surface: str) -> None:
    found = find_descent(OPTIMIZERS(name), SURFACES(surface), lr=None, steps=40)
    assert found.path.shape == (41, 2)
    np.testing.assert_array_equal(found.path[0], SURFACES[surface].start)
    assert found.heights[-1] < 0.6 * found.heights[0]
    assert not found.leaves(SURFACES[surface].window)
    assert found.tried > 10


def test_a_path_of_plain_descent_is_its_formula() -> None:
    """X ← (1 − lr)·x and y ← (1 − lr·condition)·y on ½(x² + condition·y²)."""
    found = find_descent(OPTIMIZERS("gradient_descent"), SURFACES("valley(condition=10)"), lr=0.15, steps=20)
    step = np.arange(21)[:, None]
    np.testing.assert_allclose(found.path, np.array([-2.0, 0.8]) * np.array([0.85, -0.5]) ** step, rtol=1e-12)
    assert (found.lr, found.tried) == (0.15, 1)
    np.testing.assert_allclose(found.heights, 0.5 * (found.path[:, 0] ** 2 + 10 * found.path[:, 1] ** 2), rtol=1e-12)
    # The first step from which all heights are below a hundredth of the start's.
    away = np.flatnonzero(found.heights > 0.01 * found.heights[0])
    assert found.arrival == away[-1] + 1


def test_a_rate_in_the_choice_is_kept_and_one_that_is_asked_for_wins() -> None:
    chosen = OPTIMIZERS("adam(lr=0.07)")
    assert descent_figure(chosen).facts["lr"] == 0.07
    assert descent_figure(chosen, lr=0.2).facts["lr"] == 0.2
    assert descent_figure(OPTIMIZERS("adam")).facts["rates_tried"] > 10


def test_the_figure_says_where_it_went() -> None:
    figure = descent_figure(OPTIMIZERS("momentum"), surface="two_minima", steps=30)
    plane, fall = figure.panels
    assert plane.surface is not None and [mark.label for mark in plane.marks] == ["start", "minimum"]
    assert len(plane.curves[0].x) == len(fall.curves[0].y) == 31
    assert [row[0] for row in figure.table.rows] == [0, 1, 2, 5, 10, 20, 30]
    assert figure.title == f"momentum(lr={figure.facts['lr']:g}) on two_minima"
    assert "the best of 22 rates, on two_minima" in figure.alt


def test_a_rate_that_is_too_large_is_told_so() -> None:
    figure = descent_figure(OPTIMIZERS("gradient_descent"), lr=0.5)
    assert figure.alt.endswith("it flies off within 60 steps.")
    assert figure.facts["arrival"] == -1


def test_who_arrives_exactly_still_has_a_place_in_the_picture() -> None:
    fall = descent_figure(OPTIMIZERS("gradient_descent"), surface="bowl", lr=1.0).panels[1]
    assert np.isfinite(fall.curves[0].y).all()
    assert (fall.curves[0].y > 0).all()


@pytest.mark.parametrize(
    ("numbers", "error", "sentence"),
    [
        ({"surface": "vally"}, UnknownNameError, "Did you mean 'valley'"),
        ({"steps": 0}, UsageError, "A path needs at least one step, found --steps 0"),
        ({"lr": -1.0}, UsageError, "adam needs lr > 0"),
    ],
)
def test_what_cannot_be_walked_is_refused(numbers, error, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        descent_figure(OPTIMIZERS("adam"), **numbers)
