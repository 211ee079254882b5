import numpy as np
import pytest
from made_up_judgements import KINDS, case
from sklearn.metrics import confusion_matrix

from pellucid.evaluation import (
    confusion,
    count_summary,
    find_mistakes,
    label_summary,
    quantile_summary,
    residual_summary,
    share_summary,
)
from pellucid.records import encode_json


def test_the_confusion_table_has_a_row_for_each_true_class() -> None:
    generator = np.random.default_rng(0)
    truth, prediction = generator.integers(0, 3, 50), generator.integers(0, 2, 50)
    found = confusion(truth, prediction, ("a", "b", "c"))
    assert found["labels"] == ["a", "b", "c"]
    assert found["table"] == confusion_matrix(truth, prediction, labels=[0, 1, 2]).tolist()


def test_the_residual_summary_says_how_much_which_way_and_where() -> None:
    truth = np.arange(100.0) + 10
    prediction = truth + 2
    prediction[7] -= 50
    found = residual_summary(truth, prediction, np.arange(100) + 1001)
    assert found["mean_error"] == pytest.approx(1.5)
    assert found["median_absolute"] == 2
    assert found["quantiles"] == {"0.05": 2, "0.25": 2, "0.5": 2, "0.75": 2, "0.95": 2}
    # An error of 2 is at most a tenth of every truth from 20 on; row 7 has a truth of 17 anyway.
    assert found["within_10_percent"] == pytest.approx(0.9)
    assert found["worst"][0] == {"row": 1008, "truth": 17.0, "predicted": -31.0}
    assert len(found["groups"]) == 10
    assert sum(group["rows"] for group in found["groups"]) == 100
    assert all(group["low"] <= group["truth"] <= group["high"] for group in found["groups"])


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_few_rows_give_a_summary_too(rows: int) -> None:
    found = residual_summary(np.arange(float(rows)), np.zeros(rows), np.arange(rows))
    assert len(found["groups"]) == max(1, rows // 5)
    assert len(found["worst"]) == min(5, rows)
    assert encode_json(found)


def test_labels_are_counted_one_by_one_and_row_by_row() -> None:
    truth = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
    said = np.array([[1, 0], [0, 1], [0, 1], [0, 1]])
    found = label_summary(truth, said, said.astype(float), ("red", "blue"))
    assert (found["rows"], found["all_right"]) == (4, 2)
    assert (found["true_labels"], found["said_labels"]) == (1.0, 1.0)
    red, blue = found["labels"]
    assert red == {"name": "red", "rows": 2, "said": 1, "rightly": 1, "right": 0.75, "roc_auc": 0.75}
    assert (blue["rows"], blue["said"], blue["rightly"]) == (2, 3, 2)
    one_sided = label_summary(np.ones((3, 1), dtype=int), np.ones((3, 1), dtype=int), np.ones((3, 1)), ("a",))
    assert one_sided["labels"][0]["roc_auc"] is None


def test_rates_promise_as_many_rows_of_each_count_as_poisson_draws_have() -> None:
    truth = np.array([0.0, 1.0, 1.0, 3.0])
    found = count_summary(truth, np.full(4, 2.0))
    # 4·e⁻²·(1, 2, 2, 4/3), and what is left for more than three.
    expected = 4 * np.exp(-2) * np.array([1, 2, 2, 4 / 3])
    assert [group["expected"] for group in found["counts"]] == pytest.approx([*expected, 4 - expected.sum()])
    assert [group["observed"] for group in found["counts"]] == [1, 2, 0, 1, 0]
    assert [(group["low"], group["high"]) for group in found["counts"]][-2:] == [(3, 3), (4, None)]
    assert found["dispersion"] == pytest.approx(np.mean([4, 1, 1, 1]) / 2)


def test_large_counts_stand_in_groups_of_about_equal_size() -> None:
    generator = np.random.default_rng(0)
    rates = generator.uniform(20, 200, 4000)
    truth = generator.poisson(rates).astype(float)
    groups = count_summary(truth, rates)["counts"]
    assert len(groups) == 8
    assert sum(group["observed"] for group in groups) == 4000
    assert sum(group["expected"] for group in groups) == pytest.approx(4000)
    for group in groups:
        assert group["observed"] == pytest.approx(500, rel=0.1)
        assert group["expected"] == pytest.approx(group["observed"], rel=0.1)


def test_quantiles_are_held_to_their_promise_level_by_level_and_from_small_to_large() -> None:
    truth = np.arange(100.0)
    values = np.stack([truth - 10, truth + 5, np.where(truth < 50, truth - 1, truth + 20)], axis=1)
    found = quantile_summary(truth, values, (0.1, 0.5, 0.8), np.arange(100))
    assert [level["below"] for level in found["levels"]] == [0.0, 1.0, 0.5]
    assert found["levels"][0]["pinball"] == pytest.approx(1.0)
    assert found["middle"] == 0.5
    assert found["residuals"]["mean_error"] == pytest.approx(5)
    interval = found["interval"]
    assert (interval["promised"], interval["inside"]) == (0.7, 0.5)
    assert [group["inside"] for group in interval["groups"]] == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert "interval" not in quantile_summary(truth, values[:, 1:2], (0.5,), np.arange(100))


def test_shares_are_compared_part_by_part_and_the_farthest_rows_are_named() -> None:
    truth, said = np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.25, 0.75], [0.5, 0.5]])
    found = share_summary(truth, said, ("x", "y"), np.array([7, 8]))
    assert found["off"] == pytest.approx(0.375)
    assert found["parts"][1] == {"name": "y", "truth": 0.25, "predicted": 0.625, "off": 0.375}
    assert found["worst"][0] == {"row": 7, "off": 0.75, "part": "x", "truth": 1.0, "predicted": 0.25}


@pytest.mark.parametrize("rows", [5, 60])
@pytest.mark.parametrize("kind", KINDS)
def test_the_mistakes_of_every_kind_of_target_are_plain_data(kind: str, rows: int) -> None:
    made = case(kind, rows)
    classes = tuple("abcd")[: 2 if kind == "binary" else 3 if kind == "distribution" else 4]
    names = ("x", "y", "z") if made.truth.ndim == 2 and made.truth.shape[1] == 3 else ()
    found = find_mistakes(*made.given, classes=classes, levels=made.levels, names=names)
    keys = {
        "multilabel": {"labels"},
        "distribution": {"shares"},
        "regression": {"residuals"},
        "count": {"residuals", "counts"},
        "quantile": {"quantiles"},
        "ranking": {"order"},
        "reconstruction": {"columns"},
        "sequence": {"edits"},
    }.get(kind, {"targets"} if kind != made.task else {"confusion"})
    assert set(found) == keys
    assert encode_json(found)
    if "targets" in found:
        assert [target["name"] for target in found["targets"]] == ["x", "y", "z"]
        assert ("counts" in found["targets"][0]) == (made.task == "count")


def test_edits_are_counted_by_kind() -> None:
    truth = np.array([[1, 2, 3, 0], [1, 1, 0, 0], [2, 0, 0, 0]])
    said = np.array([[1, 3, 0, 0], [1, 2, 0, 0], [2, 2, 3, 0]])
    assert find_mistakes("sequence", truth, said, classes=("a", "b", "c")) == {
        "edits": {
            "sequences": 3,
            "labels": 6,
            "missing": 1,
            "extra": 2,
            "wrong": 1,
            "swaps": [{"truth": "a", "said": "b", "count": 1}],
        }
    }


def test_columns_are_told_by_what_of_them_comes_back() -> None:
    truth = np.array([[0.0, 0.0, 5.0], [2.0, 4.0, 5.0]])
    back = np.array([[0.0, 2.0, 5.0], [2.0, 2.0, 5.0]])
    found = find_mistakes("reconstruction", truth, back, names=("x", "y", "z"))["columns"]
    assert found["columns"] == [{"name": "y", "kept": 0.0}, {"name": "x", "kept": 1.0}, {"name": "z", "kept": None}]
    assert [row["row"] for row in found["worst"]] == [1, 2]


def test_an_order_is_told_group_by_group_and_equals_have_none() -> None:
    truth = np.array([[0.0, 0], [1.0, 0], [0.0, 1], [1.0, 1], [3.0, 2], [3.0, 2]])
    found = find_mistakes("ranking", truth, np.array([0.0, 1.0, 1.0, 0.0, 0.0, 1.0]))["order"]
    assert (found["groups"], found["lowest"], found["no_better"]) == (2, 0.0, 1)
