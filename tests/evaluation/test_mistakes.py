import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from pellucid.evaluation import confusion, residual_summary
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
