import msgspec
import numpy as np
import pytest
from made_up_scores import ROUND, made_up

from pellucid.errors import UsageError
from pellucid.experiments.statistics import Standing, stand

NAMES = ["gelu", "relu", "tanh", "identity"]


def judged(scores: np.ndarray, labels: list[str] | None = None, **changed: object) -> Standing:
    labels = labels or [f"variant {place}" for place in range(len(scores))]
    return stand(scores, variants=labels, metric="accuracy", **(ROUND | changed))


def test_the_best_comes_first_and_the_others_are_equal_or_worse() -> None:
    found = judged(made_up([0.824, 0.826, 0.793, 0.821]), ["relu", "gelu", "identity", "tanh"])
    assert [(one.label, one.rank, one.verdict) for one in found.variants] == [
        ("gelu", 1, "best"),
        ("relu", 2, "equal"),
        ("tanh", 3, "equal"),
        ("identity", 4, "worse"),
    ]
    assert found.chosen == "gelu"
    assert (len(found.pairs), found.family, found.against_best) == (6, 6, False)
    assert all(one.low < one.mean < one.high for one in found.variants)


def test_the_order_of_variants_does_not_matter() -> None:
    scores, order = made_up([0.82, 0.8, 0.79, 0.76]), [2, 0, 3, 1]
    found, moved = judged(scores, NAMES), judged(scores[order], [NAMES[place] for place in order])
    assert moved == found


def test_losses_stand_as_scores_do() -> None:
    scores = made_up([0.82, 0.8, 0.79, 0.76])
    found = judged(scores, NAMES)
    loss = stand(-scores, variants=NAMES, metric="my loss", greater_is_better=False, unit="loss", **ROUND)
    assert [(one.label, one.verdict, one.mean_rank) for one in loss.variants] == [
        (one.label, one.verdict, one.mean_rank) for one in found.variants
    ]
    assert [pair.adjusted for pair in loss.pairs] == pytest.approx([pair.adjusted for pair in found.pairs])
    assert [pair.difference for pair in loss.pairs] == pytest.approx([-pair.difference for pair in found.pairs])


def test_the_direction_is_the_metrics_own() -> None:
    scores = made_up([0.5, 0.4])
    assert stand(scores, variants=["a", "b"], metric="log_loss", **ROUND).chosen == "b"
    with pytest.raises(UsageError, match="a metric that has a direction; 'my loss' has none"):
        stand(scores, variants=["a", "b"], metric="my loss", **ROUND)


def test_equal_scores_in_another_order_are_a_tie_that_mean_ranks_settle() -> None:
    scores = made_up([0.8])[0]
    orders = [np.random.default_rng(seed).permutation(50) for seed in range(20)]
    found = judged(np.stack([scores[order] for order in orders]))
    assert len({one.mean for one in found.variants}) == 1  # whatever order their sums were rounded in
    assert [one.mean_rank for one in found.variants] == sorted(one.mean_rank for one in found.variants)


def test_variants_that_never_differ_are_equal_with_p_1() -> None:
    found = judged(np.tile(made_up([0.8]), (3, 1)), ["a", "b", "c"])
    assert [pair.adjusted for pair in found.pairs] == [1, 1, 1]
    assert (found.chosen, found.detectable) == ("a", None)
    assert {one.mean_rank for one in found.variants} == {2.0}


def test_of_equal_means_the_one_that_failed_less_is_chosen() -> None:
    scores = np.full((2, 50), 0.8)
    scores[0, 3] = np.nan
    assert judged(scores, ["fails", "finishes"]).chosen == "finishes"


def test_a_variant_that_always_fails_stands_last_and_is_not_compared() -> None:
    scores = made_up([0.82, 0.8, 0.79])
    scores[0] = np.nan
    found = judged(scores, ["lost", "a", "b"])
    lost = found.variants[-1]
    assert (lost.label, lost.mean, lost.low, lost.failures, lost.verdict) == ("lost", None, None, 50, "failed")
    assert (found.family, len(found.pairs)) == (1, 1)


def test_one_replicate_is_ranked_and_not_tested() -> None:
    found = stand(
        np.array([[0.7], [0.8]]),
        variants=["a", "b"],
        metric="accuracy",
        repeat=[0],
        fold=[0],
        train_rows=[80],
        test_rows=[20],
    )
    assert [(one.label, one.verdict, one.low) for one in found.variants] == [
        ("b", "best", None),
        ("a", "untested", None),
    ]
    (pair,) = found.pairs
    assert (pair.p, pair.adjusted, pair.low, found.detectable) == (None, None, None, None)


def test_an_interval_of_a_share_ends_at_one() -> None:
    generator = np.random.default_rng(0)
    found = judged(np.minimum(1.0, 0.99 + generator.normal(0, 0.02, (2, 50))))
    assert max(one.high for one in found.variants) == 1.0


def test_many_variants_are_compared_with_the_best_and_corrected_for_all_pairs() -> None:
    found = judged(made_up([0.8] * 11 + [0.7]))
    assert (len(found.pairs), found.family, found.against_best) == (11, 66, True)
    assert {pair.first for pair in found.pairs} == {found.chosen}
    # The same p values as in a family that tells them all.
    assert found.worse[0].label == "variant 11"
    (worse,) = [pair for pair in found.pairs if pair.second == "variant 11"]
    assert worse.p < worse.adjusted <= 66 * worse.p


def test_beyond_the_pairs_that_can_be_sorted_the_correction_is_bonferronis(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = made_up([0.8] * 11 + [0.7])
    exact = judged(scores)
    monkeypatch.setattr("pellucid.experiments.statistics.pairs.MOST_PAIRS", 10)
    rough = judged(scores)
    assert all(mild.adjusted <= strict.adjusted for mild, strict in zip(exact.pairs, rough.pairs, strict=True))
    assert [one.verdict for one in rough.variants] == [one.verdict for one in exact.variants]


def test_it_is_plain_data() -> None:
    scores = made_up([0.82, 0.8, 0.79, 0.76])
    scores[2, :3] = np.nan
    plan = {"activation": ["relu", "relu", "gelu", "gelu"], "norm": ["none", "batch"] * 2}
    found = judged(scores, NAMES, factors=plan)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Standing) == found
    assert (found.worst, found.networks, found.replicates) == (pytest.approx(np.nanmin(scores)), 50, 50)


def test_labels_that_do_not_fit_are_refused() -> None:
    scores = made_up([0.8, 0.7])
    with pytest.raises(UsageError, match="2 rows of scores, 2 labels, 1 different ones"):
        judged(scores, ["a", "a"])
    with pytest.raises(UsageError, match="Factor 'lr' has 3 levels for 2 variants"):
        judged(scores, ["a", "b"], factors={"lr": [1, 2, 3]})
