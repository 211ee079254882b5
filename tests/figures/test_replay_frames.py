"""Replays as pictures: each frame shows the numbers that its bytes stand for."""

import numpy as np
import pytest

from pellucid.evaluation.replaying import boundary_replay, certainty_replay, plane_points, predictions_replay
from pellucid.figures.replay_frames import replay_frames
from pellucid.records.replay import ReplayAxis

ACROSS, UP = ReplayAxis(label="a", low=-1.0, high=1.0), ReplayAxis(label="b", low=-1.0, high=1.0)
SHAPE = (40, 50)
PLACES = plane_points(ACROSS, UP, SHAPE)


def test_two_classes_keep_their_boundary() -> None:
    chances = np.stack([1 / (1 + np.exp(-k * (PLACES[:, :1] - 0.2))) for k in (2, 8)])
    frames = replay_frames(boundary_replay([0, 7], [None, 0.5], chances, SHAPE, ACROSS, UP, ["no", "yes"]))
    assert [frame.title for frame in frames] == ["Before the first step", "After epoch 7, validation loss 0.5"]
    regions = frames[1].panels[0].regions
    assert regions is not None
    expected = (PLACES[:, 0] > 0.2).reshape(SHAPE)
    assert (np.asarray(regions.winner) == expected).mean() > 0.97
    np.testing.assert_allclose(regions.strength, np.maximum(chances[1], 1 - chances[1]).reshape(SHAPE), atol=0.03)
    assert frames[1].facts == {"epoch": 7, "validation_loss": 0.5}


def test_three_classes_keep_winner_and_strength() -> None:
    scores = np.exp(3 * np.column_stack([PLACES[:, 0], PLACES[:, 1], -PLACES.sum(axis=1)]))
    chances = (scores / scores.sum(axis=1, keepdims=True))[None]
    (frame,) = replay_frames(boundary_replay([1], [None], chances, SHAPE, ACROSS, UP, list("pqr")))
    regions = frame.panels[0].regions
    assert regions is not None
    np.testing.assert_array_equal(regions.winner, chances[0].argmax(axis=1).reshape(SHAPE))
    np.testing.assert_allclose(regions.strength, chances[0].max(axis=1).reshape(SHAPE), atol=0.05)
    assert frame.table.rows[0][1] == pytest.approx((chances[0].argmax(axis=1) == 0).mean())


def test_numbers_are_a_surface_on_one_scale() -> None:
    values = np.stack([k * PLACES[:, :1] for k in (1.0, 4.0)])
    first, last = replay_frames(boundary_replay([0, 1], [1.0, 0.1], values, SHAPE, ACROSS, UP, []))
    one, other = first.panels[0].surface, last.panels[0].surface
    assert one is not None and other is not None
    np.testing.assert_array_equal(one.levels, other.levels)
    np.testing.assert_allclose(other.heights, values[1].reshape(SHAPE), atol=0.2)


def test_certainty_is_steps_of_the_shares_and_predictions_are_points() -> None:
    draws = np.random.default_rng(0)
    chances, truth = draws.dirichlet(np.ones(3), size=(2, 90)), draws.integers(0, 3, 90)
    frame = replay_frames(certainty_replay([0, 1], [None, None], chances, truth, ["x", "y", "z"], bins=10))[1]
    for k, curve in enumerate(frame.panels[0].curves):
        own = chances[1, truth == k, k]
        np.testing.assert_allclose(curve.y[:-1], np.histogram(own, bins=10, range=(0, 1))[0] / len(own), atol=0.003)
        assert curve.stairs and curve.label == f"{'xyz'[k]} ({len(own)})"
    goal = np.linspace(0.0, 10.0, 50)
    frame = replay_frames(predictions_replay([3], [0.2], (goal + 1)[None], goal, "price"))[0]
    cloud = frame.panels[0].points[0]
    np.testing.assert_allclose(cloud.y - cloud.x, 1.0, atol=0.05)
    assert "off by 0.999" in frame.alt or "off by 1 " in frame.alt
