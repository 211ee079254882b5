"""Greedy selection with replacement, the scores it goes by, and the honest choice of an ensemble."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.errors import DataError, TrainingError, UnknownNameError, UsageError
from pellucid.evaluation import METRICS
from pellucid.evaluation.metrics import metrics_of
from pellucid.experiments.selection import judgement, mixed, scorer, select, selection_path, sound_candidates

RMSE = ("regression", "rmse")


def draws(seed=0):
    return np.random.default_rng(seed)


def probabilities(shape, seed=0):
    shares = draws(seed).dirichlet(np.ones(shape[-1]), size=shape[:-1])
    return np.asarray(shares)


def rmse(values, truth):
    return float(np.sqrt(np.mean((values - truth) ** 2)))


def test_the_hand_computed_path():
    # Errors 2, −1 and 3 on the one row: alone −1 is best (loss 1). With it at one half: 2 → ½, −1 → 1, 3 → 1. At one
    # third behind −1, 2: 2 → 1, −1 → 0, so the mean of (−1, 2, −1) is exactly right.
    path = selection_path(np.array([[2.0], [-1.0], [3.0]]), np.array([0.0]), RMSE)
    assert path.order[:3] == (1, 0, 1)
    assert path.losses[:3] == (1.0, 0.5, 0.0)
    assert path.size == 3
    assert path.weights == pytest.approx(np.array([1 / 3, 2 / 3, 0]))


def test_equals_go_to_the_earlier_candidate_and_the_smaller_ensemble():
    same = np.tile(draws().normal(size=7), (4, 1))
    assert select(same, draws(1).normal(size=7), RMSE).tolist() == [1, 0, 0, 0]
    assert selection_path(same, draws(1).normal(size=7), RMSE).size == 1
    worse_first = np.stack([same[0] + 5, same[0], same[0]])
    assert select(worse_first, same[0], RMSE).tolist() == [0, 1, 0]


def test_a_mean_of_equals_gains_nothing_by_its_rounding():
    # (a + a + a)/3 is not a to the last bit, and by chance its loss is less.
    for seed in range(100):
        one, truth = draws(seed).normal(size=(1, 9)), draws(seed + 500).normal(size=9)
        assert selection_path(one, truth, RMSE).size == 1


@given(seed=st.integers(0, 10_000), candidates=st.integers(1, 5), rows=st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_each_step_takes_what_a_search_of_all_candidates_takes(seed, candidates, rows):
    values, truth = draws(seed).normal(size=(candidates, rows)), draws(seed + 1).normal(size=rows)
    path = selection_path(values, truth, RMSE, size=8, patience=8)
    taken: list[int] = []
    for step, loss in zip(path.order, path.losses, strict=True):
        found = [rmse(values[[*taken, candidate]].mean(axis=0), truth) for candidate in range(candidates)]
        assert found[step] == pytest.approx(min(found), rel=1e-9, abs=1e-12)
        assert found[step] == pytest.approx(loss, rel=1e-9, abs=1e-12)
        taken.append(step)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_two_in_the_ensemble_are_the_best_of_all_pairs_with_the_best_single_one(seed):
    values, truth = draws(seed).normal(size=(5, 9)), draws(seed + 1).normal(size=9)
    alone = [rmse(each, truth) for each in values]
    best = int(np.argmin(alone))
    every = {
        frozenset(pair): rmse(values[list(pair)].mean(axis=0), truth) for pair in itertools.product(range(5), repeat=2)
    }
    with_best = {pair: loss for pair, loss in every.items() if best in pair}
    weights = select(values, truth, RMSE, size=2)
    assert rmse(weights @ values, truth) == pytest.approx(min(with_best.values()))


@given(seed=st.integers(0, 10_000), start=st.integers(1, 6), patience=st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_what_is_taken_is_the_best_of_its_path_and_no_worse_than_any_single_candidate(seed, start, patience):
    values, truth = probabilities((6, 30, 3), seed), draws(seed).integers(0, 3, 30)
    path = selection_path(values, truth, ("multiclass", "log_loss"), start=start, patience=patience)
    so_far = np.minimum.accumulate(path.losses)
    assert path.losses[path.size - 1] == pytest.approx(so_far[-1])
    assert (np.array(path.losses[: path.size - 1]) > so_far[-1]).all()
    judge = scorer(("multiclass", "log_loss"), truth)
    assert so_far[-1] <= judge.losses(judge.read(values)).min() + 1e-12
    mean = mixed(values, path.weights)
    assert judge.losses(judge.read(mean[None]))[0] == pytest.approx(so_far[-1])
    assert path.weights.sum() == pytest.approx(1)
    assert len(path.order) - path.size <= patience
    assert np.bincount(path.order[: path.size], minlength=6).tolist() == pytest.approx(path.weights * path.size)


def test_longer_paths_are_never_worse_on_the_rows_that_choose():
    values, truth = draws(3).normal(size=(20, 200)), draws(4).normal(size=200)
    losses = [rmse(select(values, truth, RMSE, size=size) @ values, truth) for size in (1, 2, 5, 20, 80)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(("share", "size"), [(0.7, 10), (0.9, 10), (0.25, 40)])
def test_a_planted_mixture_is_found(share, size):
    parts = draws(5).normal(size=(8, 500))
    truth = share * parts[2] + (1 - share) * parts[6]
    weights = select(parts, truth, RMSE, size=size, patience=size)
    assert weights == pytest.approx(np.array([0, 0, share, 0, 0, 0, 1 - share, 0]), abs=1e-9)


def test_a_step_without_gain_makes_room_for_one_that_gains():
    # Nine tenths of one and one of the other: at one half the other only harms, at a tenth it is the truth.
    parts = np.stack([np.ones(4), -np.ones(4) * 9])
    truth = np.zeros(4)
    assert select(parts, truth, RMSE, size=10, patience=10) == pytest.approx(np.array([0.9, 0.1]))
    assert select(parts, truth, RMSE, size=10, patience=1).tolist() == [1.0, 0.0]


def test_a_sorted_beginning_takes_as_many_as_are_best_together():
    parts, truth = draws(6).normal(size=(10, 400)) + 0.3, np.zeros(400)
    path = selection_path(parts, truth, RMSE, start=5, size=5)
    alone = np.argsort([rmse(each, truth) for each in parts])
    assert path.order == tuple(alone[:5])
    bad = np.concatenate([truth[None] + 0.1, parts * 9])
    assert selection_path(bad, truth, RMSE, start=5, size=1).order == (0,)
    assert selection_path(bad, truth, RMSE, start=5).order[0] == 0
    assert len(set(selection_path(bad, truth, RMSE, start=5, size=5).order[:2])) == 1


def test_bags_share_the_weight_among_more_candidates():
    values, truth = draws(7).normal(size=(30, 60)), draws(8).normal(size=60)
    once = select(values, truth, RMSE)
    bagged = select(values, truth, RMSE, bags=20)
    assert bagged.sum() == pytest.approx(1)
    assert np.count_nonzero(bagged) > np.count_nonzero(once)
    assert bagged.tolist() == select(values, truth, RMSE, bags=20).tolist()
    assert bagged.tolist() != select(values, truth, RMSE, bags=20, seed=1).tolist()
    assert select(values, truth, RMSE, bags=3, share=1.0) == pytest.approx(once)


def test_a_candidate_without_a_prediction_for_some_row_is_never_chosen():
    truth = draws(9).normal(size=40)
    values = truth + draws(10).normal(size=(6, 40))
    whole = select(values, truth, RMSE)
    for place, hole in ((1, np.nan), (4, np.inf)):
        broken = np.insert(values, place, truth, axis=0)
        broken[place, 7] = hole
        weights = select(broken, truth, RMSE)
        assert weights[place] == 0
        assert np.delete(weights, place).tolist() == whole.tolist()
        assert np.isfinite(mixed(broken, weights)).all()
        assert place not in sound_candidates(broken, truth)
        assert select(broken, truth, RMSE, bags=4)[place] == 0
    with pytest.raises(TrainingError, match=r"None of 2 candidates has finite predictions for all 40 rows"):
        select(np.full((2, 40), np.nan), truth, RMSE)


REFUSALS = [
    ({"size": 0}, UsageError, "at least 1, found 0, 1 and 10"),
    ({"start": 0}, UsageError, "at least 1"),
    ({"patience": 0}, UsageError, "at least 1"),
    ({"bags": -1}, UsageError, "Bags are 0 or more"),
    ({"share": 0.0, "bags": 2}, UsageError, "a share above 0"),
    ({"score": ("regression", "rsme")}, UnknownNameError, "Did you mean 'rmse'"),
    ({"score": ("regression", "log_loss")}, UsageError, "log_loss is not defined for a target of the task regression"),
    ({"truth": np.array([0.0, np.nan])}, DataError, "no finite target"),
    ({"truth": np.zeros(3)}, ValueError, r"predictions \[2, 2\] were given with 3 rows of truth"),
    ({"predictions": np.zeros((0, 2))}, ValueError, "were given with 2 rows"),
    ({"score": lambda values, truth: float("nan")}, UsageError, "undefined for every candidate"),
]


@pytest.mark.parametrize(("changes", "error", "message"), REFUSALS)
def test_what_cannot_be_selected_from_is_refused(changes, error, message):
    asked = {"predictions": np.zeros((2, 2)), "truth": np.zeros(2), "score": RMSE, **changes}
    with pytest.raises(error, match=message):
        select(asked.pop("predictions"), asked.pop("truth"), asked.pop("score"), **asked)


def cases():
    draw = draws(11)
    n, k = 60, 4
    shares = probabilities((n, 3), 12)
    codes, levels = draw.integers(0, 3, n), (0.1, 0.5, 0.9)
    classes = probabilities((k, n, 3), 13)
    labels = draw.integers(0, 2, (n, 3))
    numbers, several = draw.normal(50, 9, n), draw.normal(50, 9, (n, 2))
    counts = draw.poisson(3, n).astype(np.float64)
    tied = np.round(classes * 2) / 2
    yield "binary", codes % 2, probabilities((k, n, 2), 14), ()
    yield "multiclass", codes, classes, ()
    yield "multiclass", codes, tied, ()
    yield "ordinal", codes, classes, ()
    yield "multilabel", labels, draw.random((k, n, 3)), ()
    yield "distribution", shares, classes, ()
    yield "regression", numbers, numbers[:, None] + draw.normal(size=(k, n, 1)), ()
    yield "regression", several, several + draw.normal(size=(k, n, 2)), ()
    yield "count", counts, counts[:, None] + draw.random((k, n, 1)), ()
    yield "quantile", numbers, numbers[:, None] + np.sort(draw.normal(size=(k, n, 3)), axis=2), levels


def as_loss(metric, value):
    if value is None:
        return np.inf
    if metric.name == "coverage":
        return abs(value - 0.8)
    # Of shares of right rows those of wrong ones are counted.
    return (metric.name in ("accuracy", "labels_right")) - value if metric.greater_is_better else value


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: f"{case[0]} {np.ndim(case[1])}")
def test_the_loss_of_a_mean_is_that_of_the_registered_metric(case):
    task, truth, predictions, levels = case
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    means = np.stack([mixed(predictions, weights), predictions[2]])
    several = truth.ndim == 2 and task == "regression"
    for metric in METRICS:
        if (
            task not in metric.tasks
            or (several and metric.name != "mean_r2")
            or (not several and metric.name == "mean_r2")
        ):
            continue
        judge = scorer((task, metric.name), truth, levels=levels)
        read = judge.read(predictions)
        averaged = np.stack([np.tensordot(weights, read, axes=1), read[2]])
        found = judge.losses(averaged)
        for place, mean in enumerate(means):
            value = metrics_of(task, truth, *judgement(task, mean), levels=levels, metrics=(metric.name,))[metric.name]
            assert found[place] == pytest.approx(as_loss(metric, value), rel=1e-9, abs=1e-12), metric.name


def test_a_function_of_predictions_and_truth_can_be_the_score():
    values, truth = draws(15).normal(size=(6, 50)), draws(16).normal(size=50)
    by_hand = select(values, truth, lambda mean, truth: -rmse(mean[:, 0], truth))
    assert by_hand.tolist() == select(values, truth, RMSE).tolist()


def test_the_order_of_candidates_only_moves_the_weights():
    values, truth = draws(17).normal(size=(9, 80)), draws(18).normal(size=80)
    order = draws(19).permutation(9)
    assert select(values[order], truth, RMSE).tolist() == select(values, truth, RMSE)[order].tolist()


def test_many_candidates_are_looked_at_in_pieces_without_a_difference(monkeypatch):
    values, truth = draws(20).normal(size=(40, 300)), draws(21).normal(size=300)
    whole = select(values, truth, RMSE)
    monkeypatch.setattr("pellucid.experiments.selection.greedy._CHUNK", 900)
    assert select(values, truth, RMSE).tolist() == whole.tolist()
