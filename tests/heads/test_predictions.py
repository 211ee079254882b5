"""Every head against numbers worked out by hand."""

import math

import numpy as np
import pytest

from pellucid.heads import HEADS, collapse

LN3 = math.log(3)


def column(*values):
    """One member's outputs for one row."""
    return np.array(values, dtype=np.float64)[None, :, None]


def predicted(head, *values):
    return HEADS(head).ensemble(column(*values))[:, 0].tolist()


def decided(head, *values):
    return np.asarray(HEADS(head).decide(HEADS(head).ensemble(column(*values))))[..., 0].tolist()


def test_a_sigmoid_gives_both_classes():
    assert predicted("sigmoid", LN3) == pytest.approx([0.25, 0.75])
    assert decided("sigmoid", LN3) == 1
    assert decided("sigmoid", 0.0) == 0  # a tie goes to the first class


def test_both_probabilities_of_two_classes_keep_their_precision():
    p = HEADS("sigmoid").predict(column(800.0))[0, :, 0]
    assert p[1] == 1.0
    assert p[0] == pytest.approx(math.exp(-700) * math.exp(-100), abs=1e-320)
    assert HEADS("sigmoid").predict(column(50.0))[0, 0, 0] == pytest.approx(math.exp(-50), rel=1e-12)


def test_a_probability_gives_both_classes():
    assert predicted("probability", 0.75) == [0.25, 0.75]


def test_softmax_shares():
    assert predicted("softmax", 0.0, LN3, 0.0) == pytest.approx([0.2, 0.6, 0.2])
    assert decided("softmax", 0.0, LN3, 0.0) == 1


def test_log_probabilities_are_raised():
    assert predicted("exp_log_probabilities", math.log(0.2), math.log(0.8)) == pytest.approx([0.2, 0.8])


def test_given_probabilities_stay():
    assert predicted("probabilities", 0.2, 0.5, 0.3) == [0.2, 0.5, 0.3]
    assert decided("probabilities", 0.2, 0.5, 0.3) == 1


def test_margins_decide_by_their_sign():
    assert decided("margin", -0.2) == 0
    assert decided("margin", 0.2) == 1
    assert decided("scores", -3.0, -1.0, -2.0) == 1
    assert decided("label_scores", -0.1, 0.0, 0.1) == [0, 0, 1]


def test_labels_are_decided_one_by_one_and_half_is_enough():
    assert predicted("sigmoids", -LN3, LN3) == pytest.approx([0.25, 0.75])
    assert decided("sigmoids", -LN3, 0.0, LN3) == [0, 1, 1]
    assert decided("given_probabilities", 0.4, 0.5, 0.6) == [0, 1, 1]


def test_numbers_rates_and_variances():
    assert predicted("identity", 2.5, -1.0) == [2.5, -1.0]
    assert predicted("exp", LN3) == pytest.approx([3.0])
    assert predicted("mean_and_variance", 2.0, 5.0, LN3, 0.0) == pytest.approx([2.0, 5.0, 3.0, 1.0])
    assert decided("mean_and_variance", 2.0, 5.0, LN3, 0.0) == [2.0, 5.0]
    assert predicted("mean_and_variance(eps=0.5)", 2.0, -100.0) == [2.0, 0.5]


def test_the_variance_of_an_ensemble_counts_the_spread_of_its_means():
    # Means 1 and 3, variances 1 and 3: even mixture has mean 2 and variance 2 + 1.
    z = np.array([[1.0, 0.0], [3.0, LN3]])[:, :, None]
    assert HEADS("mean_and_variance").ensemble(z)[:, 0] == pytest.approx([2.0, 3.0])


def test_of_quantiles_the_one_nearest_to_the_median_is_told():
    assert predicted("quantiles(levels=[0.1, 0.4, 0.9])", 1.0, 2.0, 4.0) == [1.0, 2.0, 4.0]
    assert decided("quantiles(levels=[0.1, 0.4, 0.9])", 1.0, 2.0, 4.0) == [2.0]


def test_corn_multiplies_conditional_probabilities():
    # p(y > 0) = 3/4, p(y > 1 | y > 0) = 1/2: classes 1/4, 3/8, 3/8; half is reached at class 1.
    assert predicted("corn", LN3, 0.0) == pytest.approx([0.25, 0.375, 0.375])
    assert decided("corn", LN3, 0.0) == 1


def test_coral_takes_differences_and_thresholds_that_cross_give_nothing_negative():
    assert predicted("coral", LN3, -LN3) == pytest.approx([0.25, 0.5, 0.25])
    assert predicted("coral", -LN3, LN3) == pytest.approx([0.75, 0.0, 0.25])
    assert decided("coral", LN3, -LN3) == 1


def test_the_median_class_is_not_the_likeliest():
    # 0.4, 0.2, 0.4: the likeliest is the first, the median the second.
    predictions = np.array([[0.4], [0.2], [0.4]])
    assert HEADS("corn").decide(predictions).tolist() == [1]
    assert HEADS("softmax").decide(predictions).tolist() == [0]


def test_an_adaptive_softmax_shares_clusters_out():
    # Head: classes 0, 1 and the cluster, 1/4 1/4 1/2; in the cluster 3/4 and 1/4.
    shares = predicted("adaptive(cutoffs=[2])", 0.0, 0.0, math.log(2), LN3, 0.0)
    assert shares == pytest.approx([0.25, 0.25, 0.375, 0.125])


def test_an_adaptive_softmax_agrees_with_torch():
    import torch

    torch.manual_seed(0)
    twin = torch.nn.AdaptiveLogSoftmaxWithLoss(32, 20, cutoffs=[4, 9]).double()
    x = torch.randn(6, 32, dtype=torch.float64)
    with torch.no_grad():
        scores = torch.cat([twin.head(x), *(tail(x) for tail in twin.tail)], 1)
        theirs = twin.log_prob(x).exp().numpy()
    own = HEADS("adaptive(cutoffs=[4, 9])").ensemble(scores.numpy().T[None])
    assert np.abs(own.T - theirs).max() < 1e-14


def test_embeddings_are_unit_vectors_and_so_is_their_mean():
    assert predicted("embedding", 3.0, 4.0) == pytest.approx([0.6, 0.8])
    assert predicted("embedding", 0.0, 0.0) == [0.0, 0.0]
    assert predicted("embedding", 3e200, 4e200) == pytest.approx([0.6, 0.8])
    assert predicted("embedding", 3e-200, 4e-200) == pytest.approx([0.6, 0.8])
    z = np.array([[9.0, 0.0], [0.0, 2.0]])[:, :, None]
    assert HEADS("embedding").ensemble(z)[:, 0] == pytest.approx([math.sqrt(0.5), math.sqrt(0.5)])


def test_scores_of_a_ranking_stay():
    assert predicted("ranking", -2.5) == [-2.5]


def test_frames_spell_sequences():
    assert predicted("frames", math.log(0.25), math.log(0.75)) == pytest.approx([0.25, 0.75])
    assert collapse(np.array([0, 1, 1, 0, 1, 2, 2, 0, 0, 3])).tolist() == [1, 1, 2, 3]
    assert collapse(np.array([], dtype=np.int64)).tolist() == []
    assert collapse(np.array([0, 0])).tolist() == []


def test_probabilities_are_averaged_over_members():
    z = np.array([[0.0, LN3], [0.0, 0.0]])[:, :, None]
    assert HEADS("softmax").ensemble(z)[:, 0] == pytest.approx([0.375, 0.625])
