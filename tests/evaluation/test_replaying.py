"""Replays: frames hold the numbers they were made of, and no more than a page can carry."""

import numpy as np
import pytest

from pellucid.evaluation.replaying import (
    MOST_FRAMES,
    boundary_replay,
    certainty_replay,
    plane_axis,
    plane_points,
    predictions_replay,
)
from pellucid.records.replay import STRENGTHS, ReplayAxis, ReplayRecord, unpack_frames

ACROSS, UP = ReplayAxis(label="a", low=0.0, high=1.0), ReplayAxis(label="b", low=-1.0, high=1.0)


def frames_of(record: ReplayRecord) -> np.ndarray:
    return unpack_frames(record.frames, record.shape)


def values_of(record: ReplayRecord) -> np.ndarray:
    return record.low + frames_of(record) / (record.levels - 1) * (record.high - record.low)


def test_certainty_counts_rows_by_the_probability_of_their_own_class() -> None:
    # Two rows of "no" (0.95 and 0.40 of "no"), one of "yes" (certain: the last bin holds 1).
    probabilities = np.array([[[0.05], [0.60], [1.0]]])
    record = certainty_replay([3], [0.7], probabilities, np.array([0, 0, 1]), ["no", "yes"], bins=10)
    shares = values_of(record)[0]
    assert record.counts == (2, 1) and record.epochs == (3,) and record.losses == (0.7,)
    expected = np.zeros((2, 10))
    expected[0, 9] = expected[0, 4] = 0.5
    expected[1, 9] = 1.0
    np.testing.assert_allclose(shares, expected, atol=0.5 / 255)


def test_certainty_agrees_with_a_histogram_per_class() -> None:
    draws = np.random.default_rng(0)
    chances = draws.dirichlet(np.ones(4), size=(3, 50))
    truth = draws.integers(0, 3, 50)  # the fourth class has no row
    record = certainty_replay([0, 1, 2], [None, 1.0, float("nan")], chances, truth, list("abcd"), bins=5)
    for frame in range(3):
        for one in range(4):
            rows = truth == one
            found, _ = np.histogram(chances[frame, rows, one], bins=5, range=(0, 1))
            np.testing.assert_allclose(values_of(record)[frame, one], found / max(rows.sum(), 1), atol=0.5 / 255)
    assert record.counts[3] == 0 and record.losses == (None, 1.0, None)


def test_predictions_keep_the_extremes_and_one_scale() -> None:
    truth = np.random.default_rng(1).normal(size=1000)
    predicted = np.stack([np.full(1000, 1e6), 2 * truth])
    record = predictions_replay([0, 5], [2.0, 1.0], predicted, truth, "price", most=100)
    assert record.shape == (2, 100)
    told = record.low + np.frombuffer(record.truth, np.uint8) / 255 * (record.high - record.low)
    step = (record.high - record.low) / 255
    assert told[0] == pytest.approx(truth.min(), abs=step) and told[-1] == pytest.approx(truth.max(), abs=step)
    # The last frame fits; what began far away stands at the end of the scale.
    assert (record.low, record.high) == (2 * truth.min(), 2 * truth.max())
    assert (frames_of(record)[0] == 255).all()
    np.testing.assert_allclose(
        values_of(record)[1], 2 * np.sort(truth)[np.linspace(0, 999, 100).round().astype(int)], atol=step
    )


def test_a_boundary_of_two_classes_keeps_every_decision() -> None:
    chances = np.random.default_rng(2).random((4, 6, 1))
    chances[0, 0] = 0.5
    record = boundary_replay([0, 1, 2, 3], [1.0] * 4, chances, (2, 3), ACROSS, UP, ["no", "yes"])
    assert record.meaning == "probability" and record.shape == (4, 2, 3)
    decided = frames_of(record) >= record.levels // 2
    np.testing.assert_array_equal(decided, (chances >= 0.5).reshape(4, 2, 3))
    np.testing.assert_allclose(values_of(record), chances.reshape(4, 2, 3), atol=0.5 / 31 + 1e-12)
    both = np.concatenate([1 - chances, chances], axis=-1)
    assert boundary_replay([0, 1, 2, 3], [1.0] * 4, both, (2, 3), ACROSS, UP, ["no", "yes"]) == record


def test_a_boundary_of_several_classes_tells_winner_and_shade() -> None:
    chances = np.random.default_rng(3).dirichlet(np.ones(3), size=(2, 4))
    chances[0, 0] = (0.0, 0.0, 1.0)
    record = boundary_replay([0, 9], [None, None], chances, (2, 2), ACROSS, UP, list("abc"))
    found = frames_of(record)
    np.testing.assert_array_equal(found // STRENGTHS, chances.argmax(-1).reshape(2, 2, 2))
    assert found[0, 0, 0] == 2 * STRENGTHS + STRENGTHS - 1 and record.levels == 3 * STRENGTHS
    rising = np.argsort(chances.max(-1).ravel())
    assert (np.diff(found.ravel()[rising].astype(int) % STRENGTHS) >= 0).all()


def test_more_classes_than_a_byte_holds_share_the_last_number() -> None:
    chances = np.random.default_rng(4).dirichlet(np.ones(40), size=(2, 90))
    record = boundary_replay([0, 1], [None, None], chances, (9, 10), ACROSS, UP, [f"k{n}" for n in range(40)])
    assert len(record.classes) == 32 and record.classes[-1] == "one of 9 others" and record.levels == 256


def test_a_boundary_of_numbers_is_not_flattened_by_a_wild_beginning() -> None:
    steady = np.tile(np.linspace(0.0, 10.0, 100)[None, :, None], (20, 1, 1))
    steady[0] *= 1e6
    record = boundary_replay(list(range(20)), [1.0] * 20, steady, (10, 10), ACROSS, UP, [])
    assert record.meaning == "value" and record.classes == ()
    np.testing.assert_allclose(values_of(record)[-1].ravel(), steady[-1, :, 0], atol=(record.high - record.low) / 31)
    assert record.high < 1e6


def test_frames_that_are_not_finite_are_left_out_and_no_more_than_sixty_stay() -> None:
    frames = np.random.default_rng(5).random((100, 4, 1))
    frames[99] = np.nan
    record = boundary_replay(list(range(100)), [1.0] * 100, frames, (2, 2), ACROSS, UP, ["no", "yes"])
    assert len(record.epochs) == MOST_FRAMES and record.epochs[0] == 0 and record.epochs[-1] == 98
    with pytest.raises(ValueError, match="no frame is finite"):
        boundary_replay([0], [None], np.full((1, 4, 1), np.nan), (2, 2), ACROSS, UP, ["no", "yes"])
    with pytest.raises(ValueError, match="1 frames, 2 epochs and 1 losses are not equally many"):
        boundary_replay([0, 1], [None], np.zeros((1, 4, 1)), (2, 2), ACROSS, UP, ["no", "yes"])


def test_one_value_everywhere_still_has_a_scale() -> None:
    record = predictions_replay([0], [None], np.full((1, 3), 7.0), np.full(3, 7.0), "y")
    assert record.low < 7.0 < record.high


def test_plane_points_run_line_by_line_from_below() -> None:
    axis = plane_axis("a", np.array([0.0, np.nan, 10.0]))
    assert (axis.low, axis.high) == pytest.approx((-0.8, 10.8))
    points = plane_points(ACROSS, UP, (2, 3))
    expected = np.array([[0, -1], [0.5, -1], [1, -1], [0, 1], [0.5, 1], [1, 1]], dtype=np.float64)
    np.testing.assert_allclose(points, expected)


def test_sixty_frames_of_a_moving_boundary_take_little_room() -> None:
    points = plane_points(ACROSS, UP, (100, 100))
    chances = np.stack(
        [1 / (1 + np.exp(-(n + 1) * (points[:, :1] - 0.5 + 0.01 * n * points[:, 1:]))) for n in range(60)]
    )
    record = boundary_replay(list(range(60)), [None] * 60, chances, (100, 100), ACROSS, UP, ["no", "yes"])
    assert len(record.frames) < 50_000
