import numpy as np
import pytest
from cross_validated import columns

from pellucid.errors import TrainingError, UsageError
from pellucid.experiments.statistics.replicates import Replicates, gather


def gathered(
    scores: list[list[float]] | np.ndarray, *, greater_is_better: bool = True, **changed: object
) -> Replicates:
    table = np.asarray(scores)
    told = columns(1, table.shape[1], 10 * table.shape[1]) | {"same_folds": False} | changed
    return gather(table, greater_is_better=greater_is_better, **told)


def test_a_failure_counts_as_the_worst_score_of_any_variant_on_any_replicate() -> None:
    found = gathered([[0.9, np.nan, 0.8], [0.7, 0.85, np.inf]])
    assert found.scores.tolist() == [[0.9, 0.7, 0.8], [0.7, 0.85, 0.7]]
    assert found.failures.tolist() == [1, 1]
    loss = gathered([[0.9, np.nan, 0.8], [0.7, 0.85, -np.inf]], greater_is_better=False)
    assert loss.scores.tolist() == [[0.9, 0.9, 0.8], [0.7, 0.85, 0.9]]


def test_a_variant_gains_nothing_by_failing_where_it_is_hard() -> None:
    # On the hard third replicate the rival does badly and the variant does not finish.
    found = gathered([[0.8, 0.8, np.nan], [0.8, 0.8, 0.5]])
    assert found.scores[0].mean() <= found.scores[1].mean()


def test_seeds_on_the_same_rows_are_averaged_and_repeats_with_new_folds_are_not() -> None:
    scores = np.arange(12.0).reshape(2, 6)
    told = columns(3, 2, 20)
    anew = gather(scores, greater_is_better=True, **told)
    assert (anew.count, anew.networks) == (6, 6)
    same = gather(scores, greater_is_better=True, same_folds=True, **told)
    # Columns are folds 0 1 0 1 0 1 of three seeds.
    assert same.scores.tolist() == [[2.0, 3.0], [8.0, 9.0]]
    assert (same.count, same.networks) == (2, 6)
    assert same.variance_factor == pytest.approx(1 / 2 + 1)


def test_one_held_out_part_named_twice_is_one_replicate() -> None:
    told = {"repeat": [0, 0, 0], "fold": [0, 0, 1], "train_rows": [10] * 3, "test_rows": [10] * 3}
    found = gather(np.array([[1.0, 3.0, 5.0]]), greater_is_better=True, **told)
    assert found.scores.tolist() == [[2.0, 5.0]]


def test_the_variance_factor_is_nadeau_and_bengios() -> None:
    # 10 × 5 folds: 1/50 + 1/4.
    found = gather(np.zeros((1, 50)), greater_is_better=True, **columns(10, 5, 100))
    assert found.variance_factor == pytest.approx(0.27)


@pytest.mark.parametrize(("repeats", "folds", "freedom"), [(1, 5, 4), (1, 20, 19), (2, 5, 9), (3, 5, 10), (9, 20, 19)])
def test_rounds_over_the_same_rows_add_degrees_of_freedom_up_to_ten(repeats: int, folds: int, freedom: int) -> None:
    found = gather(np.zeros((1, repeats * folds)), greater_is_better=True, **columns(repeats, folds, 100))
    assert found.freedom == pytest.approx(freedom)


def test_folds_by_time_take_the_mean_of_the_ratios() -> None:
    told = {"repeat": [0, 0], "fold": [0, 1], "train_rows": [10, 20], "test_rows": [10, 5]}
    assert gather(np.zeros((1, 2)), greater_is_better=True, **told).ratio == pytest.approx(0.625)


def test_scores_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match=r"matrix of variants × replicates; found shape \(3,\)"):
        gather(np.zeros(3), greater_is_better=True, **columns(1, 3, 9))
    with pytest.raises(UsageError, match=r"3 columns, but fold has shape \(2,\)"):
        gathered(np.zeros((1, 3)), fold=[0, 1])
    with pytest.raises(UsageError, match="trained on no row"):
        gathered(np.zeros((1, 3)), train_rows=[5, 0, 5])
    with pytest.raises(TrainingError, match="Every network of every variant failed"):
        gathered(np.full((2, 3), np.nan))
