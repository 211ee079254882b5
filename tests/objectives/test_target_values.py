"""What only the values of targets show, and class weights that point the wrong way."""

import numpy as np
import pytest
from made_up_targets import cases, objective, targets

from pellucid.errors import CONTRACT_RULES, ContractError
from pellucid.objectives import check_targets, check_weights, choose
from pellucid.records import Severity, TargetSpec

BINARY = TargetSpec(task="binary", classes=2)
CLASSES = TargetSpec(task="multiclass", classes=3)
ORDERED = TargetSpec(task="ordinal", classes=3)
LABELS = TargetSpec(task="multilabel", columns=3)
SHARES = TargetSpec(task="distribution", classes=3, columns=3)
REAL = TargetSpec(task="regression")
COUNT = TargetSpec(task="count")
PAIRS = TargetSpec(task="similarity", rows=2)
RANKS = TargetSpec(task="ranking", rows=2)
WORDS = TargetSpec(task="sequence", classes=4, rows=6)


@pytest.mark.parametrize(("name", "task"), cases())
def test_targets_as_they_should_be_pass(name, task):
    own = objective(name, task)
    values = targets(own.target, 1, 500)[0].numpy()
    if own.loss.entry.reads == "rates":
        values = np.abs(values)
    assert check_targets(own, values) == ()
    assert check_targets(own, values[:0]) == ()


@pytest.mark.parametrize(
    ("loss", "target", "values", "code", "words"),
    [
        ("cross_entropy", CLASSES, [1, 2, 3], "L113", "found 1 to 3: the labels start at 1. Subtract 1."),
        ("cross_entropy", CLASSES, [0, 1, 7], "L113", "found 0 to 7. Number the classes from 0, or give the target 8"),
        ("cross_entropy", CLASSES, [0.0, 1.5, 2.0], "L113", "found 1.5 in row 1. Number the classes"),
        ("corn", ORDERED, [1, 2, 3], "L113", "the labels start at 1"),
        ("bce_with_logits", BINARY, [-1, 1, 1], "L112", "found −1 and +1. Write 0 for −1."),
        ("bce_with_logits", BINARY, [1, 2, 2], "L112", "found 1 to 2: the labels start at 1. Subtract 1."),
        ("bce_with_logits", LABELS, [[0, 1, 2]], "L112", "0 and 1, or numbers between, found 2 in row 0. Rescale them"),
        ("bce", LABELS, [[-1, 1, 1]], "L112", "found −1 and +1. Write 0 for −1."),
        (
            "bce",
            TargetSpec(task="reconstruction", columns=2),
            [[0.5, 3.0]],
            "L112",
            "reads values between 0 and 1, found 3 in row 0",
        ),
        ("cross_entropy", SHARES, [[0.5, 0.5, 0.0], [0.5, 0.2, 0.2]], "L114", "shares that sum to 0.9 in row 1"),
        ("cross_entropy", SHARES, [[1.5, -0.5, 0.0]], "L114", "a share of -0.5 in row 0"),
        ("kl_divergence", SHARES, [[0.5, 0.2, 0.2]], "L106", "shares that sum to 0.9 in row 0. Divide every row by"),
        ("poisson_nll", COUNT, [0.0, -2.0], "L109", "counts, which are never negative, found -2 in row 1"),
        ("cosine_embedding", PAIRS, [0.0, 1.0], "L122", "found 0 in row 0. Write −1 for 0."),
        ("margin_ranking", RANKS, [1.0, 3.0], "L122", "found 3 in row 1. Write −1 or +1 for every pair."),
        ("ctc", WORDS, [[6, 2, 1, 4]], "L113", "symbols 1 to 3, 0 being the blank, found 4 in row 0"),
        ("ctc", WORDS, [[9, 2, 1, 3]], "L113", "Sequence 0 claims 9 frames of 6"),
    ],
)
def test_targets_that_the_loss_cannot_read_are_refused(loss, target, values, code, words):
    with pytest.raises(ContractError) as caught:
        check_targets(choose(loss, target), np.array(values))
    assert caught.value.code == code
    assert words in str(caught.value)


def test_an_output_that_cannot_reach_the_values_is_refused_where_the_range_was_not_known():
    own = choose("mse", REAL, output_activation="sigmoid")
    with pytest.raises(ContractError, match=r"between 0.5 and 3\. Use pl.Recipe\(loss=\"mse\"\)") as caught:
        check_targets(own, np.array([0.5, 3.0]))
    assert caught.value.code == "L109"
    assert check_targets(own, np.array([0.0, 1.0, 0.5])) == ()


def test_shares_may_be_given_as_their_logarithms():
    own = choose("kl_divergence(log_target=true)", SHARES)
    shares = np.array([[0.5, 0.3, 0.2]])
    assert check_targets(own, np.log(shares)) == ()
    with pytest.raises(ContractError, match="shares that sum to 3"):
        check_targets(own, np.zeros((1, 3)))


def test_outputs_that_are_never_the_right_answer_are_reported():
    (found,) = check_targets(choose("cross_entropy", CLASSES), np.array([0, 0, 2]))
    assert (found.code, found.slug, found.severity) == ("L113", CONTRACT_RULES["L113"], Severity.WARNING)
    assert "class 1 (of 0 to 2)" in found.message


def test_labels_that_exclude_one_another_are_reported():
    (found,) = check_targets(choose("bce", LABELS), np.eye(3)[[0, 1, 2, 2]])
    assert found.code == "L111"
    assert "exactly one of 3 labels" in found.message
    assert check_targets(choose("bce", LABELS), np.array([[1, 1, 0], [0, 0, 1]])) == ()


def test_two_values_0_and_1_are_reported_as_classes():
    (found,) = check_targets(choose("mse", REAL), np.array([0.0, 1.0, 1.0]))
    assert found.code == "L110"
    assert 'task="binary"' in found.fix


ROWS = np.repeat([0, 1, 2], [70, 20, 10])


def test_class_weights_want_one_weight_per_class():
    with pytest.raises(ContractError, match="class_weight has 2 weights, but the target has 3 classes") as caught:
        check_weights(choose("cross_entropy", CLASSES), ROWS, (1.0, 2.0))
    assert caught.value.code == "L120"


def test_class_weights_that_point_the_wrong_way_are_reported():
    own = choose("cross_entropy", CLASSES)
    (found,) = check_weights(own, ROWS, (3.0, 2.0, 1.0))
    assert found.code == "L120"
    assert (
        "Class 0, the most frequent (70 rows), has the weight 3; class 2, the rarest (10 rows), has 1" in found.message
    )
    assert check_weights(own, ROWS, (1.0, 2.0, 3.0)) == ()
    assert check_weights(own, ROWS, "balanced") == check_weights(own, ROWS) == ()


def test_a_positive_weight_of_3_is_right_for_100_of_400_and_wrong_for_300():
    """Exercise 17: 100 positives, 300 negatives, positive weight 3."""
    own = choose("bce_with_logits(pos_weight=[3])", BINARY)
    assert check_weights(own, np.repeat([1, 0], [100, 300])) == ()
    (found,) = check_weights(own, np.repeat([1, 0], [300, 100]))
    assert found.code == "L120"
    assert found.fix == "Use pos_weight=0.333."


def test_positive_weights_are_looked_at_label_by_label():
    own = choose("bce_with_logits(pos_weight=[3, 3, 0.5])", LABELS)
    values = np.array([[1, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 1]])
    (found,) = check_weights(own, values)
    assert "for label 0, of which 75% are yes" in found.message
