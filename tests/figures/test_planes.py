"""Planes: the rows that stand for a picture's places, and what is said of them."""

import numpy as np
import pytest

from pellucid.figures.planes import most_telling, nearest_plane, principal_plane, slice_line, slice_plane
from pellucid.shapes import Floats, RowNumbers

DRAWS = np.random.default_rng(0)
INPUTS = DRAWS.normal(size=(60, 4)) * np.array([1.0, 10.0, 0.1, 5.0]) + np.array([0.0, 5.0, 1.0, -3.0])
NAMES = ("a", "b", "c", "d")


def test_a_slice_moves_two_inputs_and_holds_the_others_at_their_medians() -> None:
    plane = slice_plane(INPUTS, NAMES, (1, 3), (5, 7), at={0: 2.5})
    assert plane.rows.shape == (35, 4)
    np.testing.assert_allclose(plane.rows[:, 0], 2.5)
    np.testing.assert_allclose(plane.rows[:, 2], np.median(INPUTS[:, 2]))
    # The bottom line first, its ends the ends of the axes.
    assert plane.rows[0, 1] == plane.x.low and plane.rows[6, 1] == plane.x.high
    assert plane.rows[0, 3] == plane.y.low and plane.rows[34, 3] == plane.y.high
    np.testing.assert_array_equal(plane.points, INPUTS[:, [1, 3]])
    assert plane.told == f"A slice: held still are a = 2.5 (as chosen); c = {np.median(INPUTS[:, 2]):.3g} (its median)."


def test_a_slice_of_two_inputs_has_nothing_to_explain() -> None:
    assert slice_plane(INPUTS[:, :2], NAMES[:2], (0, 1), (3, 3)).told == ""


def test_a_missing_value_does_not_move_the_median_nor_the_axis() -> None:
    holes = INPUTS.copy()
    holes[:5, 2] = np.nan
    plane = slice_plane(holes, NAMES, (0, 1), (3, 3), held=["sex = male"])
    np.testing.assert_allclose(plane.rows[:, 2], np.median(INPUTS[5:, 2]))
    assert "sex = male (the most frequent)" in plane.told
    assert np.isfinite(slice_plane(holes, NAMES, (2, 1), (3, 3)).rows).all()


def test_a_line_moves_one_input() -> None:
    x, rows, told = slice_line(INPUTS, NAMES, 1, 11)
    np.testing.assert_allclose(rows[:, 1], np.linspace(x.low, x.high, 11))
    np.testing.assert_allclose(rows[:, [0, 2, 3]], np.median(INPUTS, axis=0)[None, [0, 2, 3]].repeat(11, axis=0))
    assert "b =" not in told and "a =" in told


def test_the_principal_plane_is_that_of_a_covariance_matrix_and_goes_back_to_units() -> None:
    inputs = INPUTS.copy()
    inputs[:, 1] = 3 * inputs[:, 0] + 0.1 * inputs[:, 1]
    plane = principal_plane(inputs, NAMES, (4, 6))
    standard = (inputs - inputs.mean(0)) / inputs.std(0)
    values, vectors = np.linalg.eigh(standard.T @ standard)
    for component in range(2):
        own = standard @ vectors[:, -1 - component]
        found = plane.points[:, component]
        np.testing.assert_allclose(np.abs(found @ own), np.linalg.norm(found) * np.linalg.norm(own), rtol=1e-9)
    share = values[-2:].sum() / values.sum()
    assert f"holds {100 * share:.1f}" in plane.told
    # A place's row lies on the plane where the place is.
    back = (plane.rows - inputs.mean(0)) / inputs.std(0)
    scores = back @ np.linalg.lstsq(standard, plane.points, rcond=None)[0]
    corners = scores[[0, 5, -1]]
    expected = [[plane.x.low, plane.y.low], [plane.x.high, plane.y.low], [plane.x.high, plane.y.high]]
    np.testing.assert_allclose(corners, np.array(expected), atol=1e-9)


def test_the_nearest_row_lends_its_other_inputs() -> None:
    plane = nearest_plane(INPUTS, NAMES, (0, 2), (6, 6))
    spread = INPUTS[:, [0, 2]].std(axis=0)
    for place, row in enumerate(plane.rows):
        distances = (((INPUTS[:, [0, 2]] - row[[0, 2]]) / spread) ** 2).sum(axis=1)
        assert plane.nearest is not None and plane.nearest[place] == distances.argmin()
        np.testing.assert_array_equal(row[[1, 3]], INPUTS[distances.argmin(), [1, 3]])
    assert "the other 2 inputs" in plane.told


@pytest.mark.parametrize("both", [(0, 2), (1, 3)])
def test_the_inputs_that_predictions_hang_on_are_found(both: tuple[int, int]) -> None:
    def ask(rows: Floats, _: RowNumbers) -> Floats:
        standard: Floats = (rows - INPUTS.mean(0)) / INPUTS.std(0)
        found: Floats = standard[:, both[0]] - 2 * standard[:, both[1]] + 0.01 * standard.sum(axis=1)
        return found

    assert most_telling(ask, INPUTS) == both


def test_an_input_of_few_values_steps_back_where_there_are_two_others() -> None:
    inputs = INPUTS.copy()
    inputs[:, 0] = inputs[:, 0] > 0
    assert most_telling(lambda rows, _: 100 * rows[:, 0] + rows[:, 1], inputs) == (1, 2)
