import math

import numpy as np
import pytest

from pellucid.models.links import ensemble


def test_softmax_probabilities_are_averaged_over_members():
    outputs = np.array([[[0.0], [math.log(3)]], [[0.0], [0.0]]], dtype=np.float32)
    # (1/4, 3/4) and (1/2, 1/2)
    assert ensemble(outputs, "softmax")[:, 0].tolist() == pytest.approx([0.375, 0.625], abs=1e-7)


def test_sigmoid_gives_both_classes():
    outputs = np.array([[[math.log(3), -math.log(3)]]], dtype=np.float32)
    assert ensemble(outputs, "sigmoid") == pytest.approx(np.array([[0.25, 0.75], [0.75, 0.25]]), abs=1e-7)


def test_identity_gives_the_mean():
    assert ensemble(np.array([[[1.0, 2.0]], [[3.0, 8.0]]], dtype=np.float32), "identity").tolist() == [[2.0, 5.0]]


@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
@pytest.mark.parametrize("size", [0.1, 30.0, 1e4, 1e30])
def test_probabilities_are_finite_and_sum_to_one(link, size):
    draw = np.random.default_rng(0)
    outputs = (draw.normal(size=(4, 1 if link == "sigmoid" else 7, 64)) * size).astype(np.float32)
    probabilities = ensemble(outputs, link)
    assert (probabilities >= 0).all()
    assert probabilities.sum(axis=0) == pytest.approx(1, abs=1e-12)
