"""The honest choice between the best candidate, an average and a greedy ensemble."""

import numpy as np
import pytest

from pellucid.errors import TrainingError, UsageError
from pellucid.experiments.selection import KINDS, choose_ensemble, mixed, select
from pellucid.experiments.selection.choice import _cross_fitted, _dealt

RMSE = ("regression", "rmse")


def draws(seed=0):
    return np.random.default_rng(seed)


def by_kind(choice):
    return {each.kind: each for each in choice.contenders}


def rmse(values, truth):
    return float(np.sqrt(np.mean((values - truth) ** 2)))


def noisy(spread, rows=600, seed=0):
    """A truth, and candidates that miss it by noise of their own of these sizes."""
    truth = draws(seed).normal(size=rows)
    return truth + np.array(spread)[:, None] * draws(seed + 1).normal(size=(len(spread), rows)), truth


def test_candidates_that_are_equally_good_are_averaged():
    values, truth = noisy([1.0] * 10)
    choice = choose_ensemble(values, truth, RMSE)
    assert choice.chosen.kind == "average"
    assert choice.chosen.weights == pytest.approx(np.full(10, 0.1))
    assert by_kind(choice)["winner"].behind > 3 * by_kind(choice)["winner"].error


def test_a_candidate_that_stands_out_is_taken_alone():
    values, truth = noisy([0.1, 2.0, 2.0, 2.0, 2.0])
    choice = choose_ensemble(values, truth, RMSE)
    assert choice.chosen.kind == "winner"
    assert choice.chosen.weights.tolist() == [1, 0, 0, 0, 0]


def test_a_few_good_ones_among_many_bad_ones_are_selected():
    values, truth = noisy([1.0] * 4 + [9.0] * 16)
    choice = choose_ensemble(values, truth, RMSE)
    assert choice.chosen.kind == "greedy"
    assert choice.chosen.weights.tolist() == select(values, truth, RMSE).tolist()
    assert choice.chosen.weights[:4].sum() > 0.9
    scores = {kind: each.score for kind, each in by_kind(choice).items()}
    assert scores["greedy"] < scores["winner"] < scores["average"]


def test_the_optimism_of_choosing_is_not_counted():
    # No candidate knows anything: every honest accuracy is one half.
    rows = 200
    shares = draws(1).random((300, rows))
    values, truth = np.stack([1 - shares, shares], axis=2), draws(2).integers(0, 2, rows)
    task = ("binary", "accuracy")
    choice = choose_ensemble(values, truth, task)
    greedy = mixed(values, select(values, truth, task))
    assert (greedy.argmax(axis=1) == truth).mean() > 0.75
    for each in choice.contenders:
        assert 0.38 < each.score < 0.62
    assert choice.chosen.kind == "winner"


def test_every_row_is_scored_under_weights_that_were_chosen_without_it():
    values, truth = noisy([1.0] * 5, rows=50)
    dealt = _dealt(50, 5, seed=0)
    seen = []

    def way(predictions, known):
        seen.append((predictions, known))
        return np.eye(5)[len(seen) - 1]

    said = _cross_fitted(way, values[:, :, None], truth, dealt)
    assert len(seen) == 5
    for part, (predictions, known) in enumerate(seen):
        own = dealt == part
        assert known.tolist() == truth[~own].tolist()
        assert predictions[:, :, 0].tolist() == values[:, ~own].tolist()
        assert said[own, 0].tolist() == values[part, own].tolist()
    assert np.bincount(dealt).tolist() == [10] * 5


def test_groups_are_dealt_whole_and_evenly():
    groups = draws(3).integers(0, 23, 400)
    dealt = _dealt(groups, 5, seed=1)
    assert all(len(np.unique(dealt[groups == group])) == 1 for group in range(23))
    assert sorted(np.bincount([dealt[groups == group][0] for group in range(23)])) == [4, 4, 5, 5, 5]
    assert dealt.tolist() != _dealt(groups, 5, seed=2).tolist()


def test_copies_of_rows_make_the_choice_of_weights_look_honest_only_without_groups():
    # 20 rows, each 10 times: dealt freely, every row of a part has copies among those that chose.
    rows = 20
    shares = draws(4).random((200, rows))
    truth = draws(5).integers(0, 2, rows)
    values = np.repeat(np.stack([1 - shares, shares], axis=2), 10, axis=1)
    copied, groups = np.repeat(truth, 10), np.repeat(np.arange(rows), 10)
    task = ("binary", "log_loss")
    free = by_kind(choose_ensemble(values, copied, task))["greedy"].score
    whole = by_kind(choose_ensemble(values, copied, task, groups=groups))["greedy"].score
    assert free < 0.5 < 0.6 < whole


def test_the_average_is_that_of_the_best_family():
    values, truth = noisy([1.0] * 4 + [9.0] * 4)
    choice = choose_ensemble(values, truth, RMSE, families=[7, 7, 7, 7, 2, 2, 2, 2])
    average = by_kind(choice)["average"]
    assert average.weights == pytest.approx(np.array([0.25] * 4 + [0.0] * 4))
    assert average.score == pytest.approx(rmse(values[:4].mean(axis=0), truth))
    assert choice.chosen.kind == "average"


def test_the_average_holds_only_those_that_it_may_and_two_of_them_at_least():
    values, truth = noisy([1.0] * 3 + [2.0] * 3)
    choice = choose_ensemble(values, truth, RMSE, averaged=[True] * 3 + [False] * 3)
    assert by_kind(choice)["average"].weights == pytest.approx(np.array([1 / 3] * 3 + [0.0] * 3))
    assert by_kind(choice)["average"].score < by_kind(choose_ensemble(values, truth, RMSE))["average"].score
    alone = choose_ensemble(values, truth, RMSE, averaged=[True] + [False] * 5)
    assert [each.kind for each in alone.contenders] == ["winner", "greedy"]
    assert by_kind(alone)["greedy"].weights.tolist() == by_kind(choice)["greedy"].weights.tolist()


def test_a_family_is_averaged_as_far_as_its_members_may_be():
    values, truth = noisy([1.0] * 4 + [9.0] * 4)
    may = [True, True, False, False, True, True, True, True]
    choice = choose_ensemble(values, truth, RMSE, families=[7, 7, 7, 7, 2, 2, 2, 2], averaged=may)
    assert by_kind(choice)["average"].weights.tolist() == [0.5, 0.5, 0, 0, 0, 0, 0, 0]


def test_a_failed_candidate_counts_nothing_anywhere():
    values, truth = noisy([1.0] * 6)
    broken = np.insert(values, 2, np.nan, axis=0)
    broken[2, 5:] = truth[5:]
    choice, whole = choose_ensemble(broken, truth, RMSE), choose_ensemble(values, truth, RMSE)
    for with_it, without in zip(choice.contenders, whole.contenders, strict=True):
        assert np.delete(with_it.weights, 2).tolist() == without.weights.tolist()
        assert with_it.weights[2] == 0
        assert with_it.score == without.score
    with pytest.raises(TrainingError, match="None of 2 candidates"):
        choose_ensemble(np.full((2, 600), np.nan), truth, RMSE)


def test_one_candidate_is_the_winner_whatever_it_is_called():
    values, truth = noisy([1.0])
    choice = choose_ensemble(values, truth, RMSE)
    assert choice.chosen.kind == "winner"
    assert [each.kind for each in choice.contenders] == list(KINDS)
    assert all(each.weights.tolist() == [1.0] and each.behind == each.error == 0 for each in choice.contenders)


def test_scores_stand_in_the_direction_of_their_metric_and_the_tolerance_decides():
    values, truth = noisy([1.0, 1.0])
    choice = choose_ensemble(values, truth, ("regression", "r2"))
    assert 0 < by_kind(choice)["winner"].score < by_kind(choice)["average"].score < 1
    lax = choose_ensemble(values, truth, RMSE, tolerance=1e6)
    assert lax.chosen.kind == "winner"
    strict = choose_ensemble(values, truth, RMSE, tolerance=0.0)
    assert strict.chosen.behind == 0


def test_a_function_can_be_the_score():
    values, truth = noisy([1.0] * 5, rows=100)
    by_hand = choose_ensemble(values, truth, lambda mean, truth: -rmse(mean[:, 0], truth))
    registered = choose_ensemble(values, truth, RMSE)
    for ours, theirs in zip(by_hand.contenders, registered.contenders, strict=True):
        assert ours.score == pytest.approx(-theirs.score)
        assert ours.error == pytest.approx(theirs.error, rel=0.3)
    assert by_hand.chosen.kind == registered.chosen.kind


def test_what_cannot_be_chosen_from_is_refused():
    values, truth = noisy([1.0] * 3, rows=6)
    with pytest.raises(UsageError, match="Parts are at least 2"):
        choose_ensemble(values, truth, RMSE, parts=1)
    with pytest.raises(UsageError, match="the tolerance at least 0"):
        choose_ensemble(values, truth, RMSE, tolerance=-1)
    with pytest.raises(UsageError, match=r"6 rows, or groups of rows, cannot be dealt into 7 parts"):
        choose_ensemble(values, truth, RMSE, parts=7)
    with pytest.raises(UsageError, match=r"2 rows, or groups of rows, cannot be dealt into 5 parts"):
        choose_ensemble(values, truth, RMSE, groups=np.array([0, 0, 0, 1, 1, 1]))
