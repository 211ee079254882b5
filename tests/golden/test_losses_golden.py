"""Published numbers of losses (EXERCISES 10), and some worked out by hand."""

import math

import pytest
import torch

from pellucid.objectives import LOSSES

SCORES = [0.8982, 0.805, 0.6393, 0.9983, 0.5731, 0.0469, 0.556, 0.1476, 0.8404, 0.5544]


def test_cross_entropy_is_log_sum_exp_less_the_right_score():
    assert torch.logsumexp(torch.tensor(SCORES).double(), 0).item() == pytest.approx(2.948818, abs=5e-7)
    assert LOSSES("cross_entropy")(SCORES, 1).item() == pytest.approx(2.143818, abs=5e-7)


def test_the_mean_of_two_rows_is_the_mean_of_their_losses():
    """The second row's scores are not published; these lose what it loses."""
    second = [0.0] * 10
    second[5] = -math.log((math.exp(2.560057) - 1) / 9)
    loss, rows, classes = LOSSES("cross_entropy"), [SCORES, second], [1, 5]
    assert loss(rows, classes, reduction="none").tolist() == pytest.approx([2.143818, 2.560057], abs=5e-7)
    assert loss(rows, classes).item() == pytest.approx(2.351938, abs=1e-6)
    assert loss(rows, classes, reduction="sum").item() == pytest.approx(2.143818 + 2.560057, abs=1e-6)


def test_cross_entropy_of_a_one_and_three_zeros():
    scores = [0.0, 0.0, 0.0, 1.0]
    gradient = LOSSES("cross_entropy").gradient(scores, 3).tolist()
    assert [round(value, 4) for value in gradient] == [0.1749, 0.1749, 0.1749, -0.5246]
    assert round(LOSSES("cross_entropy")(scores, 3).item(), 4) == 0.7437


def test_the_second_class_of_a_distribution_loses_minus_the_logarithm_of_its_share():
    """Published as class 2, counted from 1, and cut off: 0.479."""
    shares = torch.tensor([0.228, 0.619, 0.153]).double()
    found = LOSSES("nll")(shares.log(), 1).item()
    assert math.floor(found * 1000) / 1000 == 0.479
    assert LOSSES("cross_entropy")(shares.log(), 1).item() == pytest.approx(found)


def test_multilabel_margin_of_two_labels_among_four():
    scores = [0.1, 0.2, 0.4, 0.8]
    assert LOSSES("multilabel_margin")(scores, [3, 0, -1, 1]).item() == pytest.approx(0.85)
    assert LOSSES("multilabel_margin")(scores, [1.0, 0.0, 0.0, 1.0]).item() == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("choice", "tensors", "losses", "gradients"),
    [
        ("mse", ([3.0, 0.5], [1.0, 1.0]), [4, 0.25], [4, -1]),
        ("l1", ([3.0, 0.5], [1.0, 1.0]), [2, 0.5], [1, -1]),
        ("huber", ([3.0, 0.5], [1.0, 1.0]), [1.5, 0.125], [1, -0.5]),
        ("huber(delta=0.25)", ([3.0, 0.5], [1.0, 1.0]), [0.46875, 0.09375], [0.25, -0.25]),
        ("smooth_l1(beta=2)", ([3.0, 0.5], [1.0, 1.0]), [1, 0.0625], [1, -0.25]),
        ("log_cosh", ([math.log(2), 0.0], [0.0, 0.0]), [math.log(1.25), 0], [0.6, 0]),
        ("quantile(levels=[0.9])", ([[1.0], [3.0]], [2.0, 1.0]), [0.9, 0.2], [-0.9, 0.1]),
        ("poisson_nll", ([0.0, math.log(2)], [3.0, 3.0]), [1, 2 - 3 * math.log(2)], [-2, -1]),
        ("gaussian_nll", ([[1.0, 0.0]], [3.0]), [2], [-2, -1.5]),
        ("bce", ([0.75], [1.0]), [math.log(4 / 3)], [-4 / 3]),
        ("bce_with_logits", ([math.log(3), 0.0], [1.0, 0.0]), [math.log(4 / 3), math.log(2)], [-0.25, 0.5]),
        (
            "bce_with_logits(pos_weight=3)",
            ([math.log(3), 0.0], [1.0, 0.0]),
            [3 * math.log(4 / 3), math.log(2)],
            [-0.75, 0.5],
        ),
        ("focal", ([math.log(3)], [1.0]), [math.log(4 / 3) / 16], [-0.25 / 16 * (1 + 6 * math.log(4 / 3))]),
        ("kl_divergence", ([math.log(0.5), math.log(0.5)], [1.0, 0.0]), [math.log(2), 0], [-1, 0]),
        ("hinge", ([0.25, -2.0], [1.0, 1.0]), [0.75, 3], [-1, -1]),
        ("squared_hinge", ([0.25, -2.0], [1.0, -1.0]), [0.5625, 0], [-1.5, 0]),
        ("exponential", ([math.log(2), math.log(2)], [1.0, -1.0]), [0.5, 2], [-0.5, 2]),
        ("soft_margin", ([math.log(3), 0.0], [1.0, -1.0]), [math.log(4 / 3), math.log(2)], [-0.25, 0.5]),
        ("multi_margin", ([[0.0, 0.5, 2.0]], [1]), [(0.5 + 2.5) / 3], [1 / 3, -2 / 3, 1 / 3]),
        ("multilabel_soft_margin", ([[math.log(3), 0.0]], [[1.0, 0.0]]), [math.log(8 / 3) / 2], [-0.125, 0.25]),
        ("corn", ([[0.0, 0.0, 0.0]], [1]), [2 * math.log(2)], [-0.5, 0.5, 0]),
        ("coral", ([[0.0, 0.0, 0.0]], [1]), [3 * math.log(2)], [-0.5, 0.5, 0.5]),
        ("hinge_embedding", ([0.25, 0.25], [1.0, -1.0]), [0.25, 0.75], [1, -1]),
        (
            "adaptive_log_softmax(cutoffs=[2])",
            ([[0.0] * 5], [3]),
            [math.log(3) + math.log(2)],
            [1 / 3, 1 / 3, -2 / 3, 0.5, -0.5],
        ),
    ],
)
def test_losses_and_gradients_by_hand(choice, tensors, losses, gradients):
    loss = LOSSES(choice)
    assert loss(*tensors, reduction="none").tolist() == pytest.approx(losses, abs=1e-12)
    assert loss.gradient(*tensors, reduction="none").flatten().tolist() == pytest.approx(gradients, abs=1e-12)


def test_log_cosh_keeps_its_digits_near_0():
    """½d² to first order, where |d| + log(1 + e^(−2|d|)) − ln 2 has none left."""
    small = torch.tensor([1e-6, -1e-4])
    assert LOSSES("log_cosh")(small, torch.zeros(2), reduction="none").tolist() == pytest.approx(
        [5e-13, 5e-9], rel=1e-6
    )


def test_pairs_and_triplets_by_hand():
    east, north, far = [[1.0, 0.0]], [[0.0, 2.0]], [[4.0, 4.0]]
    assert LOSSES("cosine_embedding")(east, north, [1]).item() == pytest.approx(1)
    assert LOSSES("cosine_embedding")(east, far, [-1]).item() == pytest.approx(math.sqrt(0.5))
    assert LOSSES("hinge_embedding")(east, far, [1]).item() == pytest.approx(5)
    assert LOSSES("margin_ranking", margin=0.5)([1.0, 2.0], [2.0, 1.0], [1, 1], reduction="none").tolist() == [1.5, 0]
    triplet = LOSSES("triplet_margin", margin=4, eps=0)
    # |(0, 0) − (3, 4)| = 5, |(0, 0) − (0, 8)| = 8, |(3, 4) − (0, 8)| = 5
    corners = [[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 8.0]]
    assert triplet(*corners).item() == pytest.approx(4 + 5 - 8)
    assert LOSSES("triplet_margin", margin=4, eps=0, swap=True)(*corners).item() == pytest.approx(4 + 5 - 5)
    assert [part.tolist() for part in triplet.gradient(*corners)] == [
        [[pytest.approx(-0.6), pytest.approx(-0.8 + 1)]],
        [[pytest.approx(0.6), pytest.approx(0.8)]],
        [[0, pytest.approx(-1)]],
    ]
