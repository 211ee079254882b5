"""Predictions as a file: one row per row, in order, whole or not at all."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from untrained import write_linear_model

from pellucid.errors import DataError, UsageError
from pellucid.jobs import predict

WARMTH = [float(value) for value in np.linspace(4, 24, 41)]
BITES = ["yes" if value > 14 else "no" for value in WARMTH]


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "bites.safetensors"
    return write_linear_model(path, {"warmth": [*WARMTH], "bites": [*BITES]}, target="bites", slope=4.0)


@pytest.fixture(scope="module")
def regressor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "weight.safetensors"
    columns = {"warmth": [*WARMTH], "weight": [3.0 * value + 1 for value in WARMTH]}
    return write_linear_model(path, columns, target="weight", slope=1.0)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_each_row_gets_its_prediction_in_the_tables_order(classifier: Path) -> None:
    rows = rows_of(predict(classifier, {"warmth": [20.0, 5.0, 21.0]}).content)
    assert rows == [{"prediction": "yes"}, {"prediction": "no"}, {"prediction": "yes"}]


def test_probabilities_have_a_column_for_each_class_and_sum_to_one(classifier: Path) -> None:
    rows = rows_of(predict(classifier, {"warmth": [20.0, 5.0, 14.0]}, probabilities=True).content)
    assert list(rows[0]) == ["prediction", "probability_no", "probability_yes"]
    assert all(float(row["probability_no"]) + float(row["probability_yes"]) == pytest.approx(1) for row in rows)
    assert [float(row["probability_yes"]) > 0.5 for row in rows[:2]] == [True, False]
    assert float(rows[2]["probability_yes"]) == pytest.approx(0.5, abs=1e-6)


def test_a_number_is_predicted_in_the_targets_unit(regressor: Path) -> None:
    rows = rows_of(predict(regressor, {"warmth": [10.0, 20.0]}).content)
    assert [float(row["prediction"]) for row in rows] == pytest.approx([31.0, 61.0], rel=1e-5)


def test_numbers_have_no_probabilities(regressor: Path) -> None:
    with pytest.raises(UsageError, match=r"weight is a number, so there are no probabilities\. Leave out --proba"):
        predict(regressor, {"warmth": [10.0]}, probabilities=True)


def test_labels_have_a_column_each_in_their_own_words(tmp_path: Path) -> None:
    warm = [value > 14 for value in WARMTH]
    columns = {"warmth": [*WARMTH], "swims": ["Yes" if w else "No" for w in warm], "skates": [int(not w) for w in warm]}
    model = write_linear_model(tmp_path / "m.safetensors", columns, target=["swims", "skates"], slope=4.0)
    rows = rows_of(predict(model, {"warmth": [20.0, 5.0]}, probabilities=True).content)
    assert list(rows[0]) == ["prediction_swims", "prediction_skates", "probability_swims", "probability_skates"]
    assert [list(row.values())[:2] for row in rows] == [["Yes", "0"], ["No", "1"]]
    assert float(rows[0]["probability_swims"]) > 0.9


def test_labels_in_one_text_come_back_as_one_text(tmp_path: Path) -> None:
    texts = ["swims; all" if value > 14 else "skates" if value < 6 else "skates; all" for value in WARMTH]
    columns = {"warmth": [*WARMTH], "what": texts}
    model = write_linear_model(
        tmp_path / "m.safetensors", columns, target="what", task="multilabel", slope=-4.0, bias=(0.5, 0.0)
    )
    rows = rows_of(predict(model, {"warmth": [24.0, 4.0]}).content)
    assert [row["prediction"] for row in rows] == ["skates;swims", "all"]


def test_several_numbers_have_a_column_each_in_their_own_unit(tmp_path: Path) -> None:
    columns = {"warmth": [*WARMTH], "up": [3 * v + 1 for v in WARMTH], "down": [100 - v for v in WARMTH]}
    model = write_linear_model(tmp_path / "m.safetensors", columns, target=["up", "down"], slope=1.0)
    (row,) = rows_of(predict(model, {"warmth": [10.0]}).content)
    assert (float(row["prediction_up"]), float(row["prediction_down"])) == pytest.approx((31, 90), rel=1e-5)


def test_quantiles_and_shares_have_a_column_each(tmp_path: Path) -> None:
    columns = {"warmth": [*WARMTH], "weight": [3 * v + 1 for v in WARMTH]}
    levels = [0.25, 0.5]
    model = write_linear_model(
        tmp_path / "q.safetensors",
        columns,
        target="weight",
        slope=0.0,
        head=f"quantiles(levels={levels})",
        levels=levels,
    )
    (row,) = rows_of(predict(model, {"warmth": [10.0]}).content)
    assert list(row) == ["prediction_0.25", "prediction_0.5"]
    shares = {"warmth": [*WARMTH], "ice": [100 - 2 * v for v in WARMTH], "water": [2 * v for v in WARMTH]}
    model = write_linear_model(
        tmp_path / "s.safetensors",
        shares,
        target=["ice", "water"],
        task="distribution",
        slope=0.0,
        bias=(0.0, 1.0986123),
    )
    (row,) = rows_of(predict(model, {"warmth": [10.0]}, probabilities=True).content)
    assert {name: float(value) for name, value in row.items()} == pytest.approx(
        {"prediction_ice": 25.0, "prediction_water": 75.0}, rel=1e-5
    )


def test_a_model_that_tells_classes_by_scores_has_no_probabilities(tmp_path: Path) -> None:
    columns = {"warmth": [*WARMTH], "bites": [*BITES]}
    model = write_linear_model(tmp_path / "m.safetensors", columns, target="bites", slope=4.0, head="margin")
    assert [row["prediction"] for row in rows_of(predict(model, {"warmth": [20.0, 5.0]}).content)] == ["yes", "no"]
    with pytest.raises(
        UsageError, match=r"tell bites by scores \(head margin\), which are no probabilities\. Leave out"
    ):
        predict(model, {"warmth": [20.0]}, probabilities=True)


def test_extra_columns_and_another_order_change_nothing(classifier: Path) -> None:
    plain = predict(classifier, {"warmth": [20.0, 5.0]}, probabilities=True)
    more = predict(classifier, {"x": [1, 2], "bites": ["no", "no"], "warmth": [20.0, 5.0]}, probabilities=True)
    assert more.content == plain.content


def test_the_file_is_the_content(classifier: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out.csv"
    predictions = predict(classifier, {"warmth": [20.0, 5.0]}, out=out)
    assert out.read_bytes() == predictions.content
    assert (predictions.rows, predictions.target) == (2, "bites")


def test_a_missing_column_is_named_and_no_file_appears(classifier: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="warmth"):
        predict(classifier, {"cold": [20.0]}, out=tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_label_that_looks_like_a_formula_is_guarded(tmp_path: Path) -> None:
    columns = {"warmth": [*WARMTH], "bites": ["=1+1" if value > 14 else "-" * 2 + "no" for value in WARMTH]}
    model = write_linear_model(tmp_path / "m.safetensors", columns, target="bites", slope=4.0)
    rows = rows_of(predict(model, {"warmth": [5.0, 20.0]}).content)
    assert [row["prediction"] for row in rows] == ["'--no", "'=1+1"]


def test_a_model_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no file .*none\.safetensors"):
        predict(tmp_path / "none.safetensors", {"warmth": [1.0]})


def test_how_the_table_was_read_is_told(classifier: Path, tmp_path: Path) -> None:
    """A row left out or a number read otherwise than meant would go unnoticed in a column of predictions."""
    table = tmp_path / "new.csv"
    table.write_text("warmth;other\n" + "5,5;1,5\n" * 2000 + "5,5\n")
    found = predict(classifier, table)
    assert found.rows == 2000
    assert [(finding.code, finding.column) for finding in found.findings] == [
        ("B014", None),
        ("B023", None),
        ("B016", "warmth"),
    ]


def test_a_short_file_is_read_in_the_notation_of_the_training_table(tmp_path: Path) -> None:
    warmth = [f"{value:.2f}".replace(".", ",") for value in WARMTH]
    model = write_linear_model(
        tmp_path / "model.safetensors", {"warmth": [*warmth], "bites": [*BITES]}, target="bites", slope=4.0
    )
    alone = tmp_path / "alone.csv"
    alone.write_text("warmth;x\n5,125;1\n", encoding="utf-8")
    found = predict(model, alone)
    assert rows_of(found.content) == [{"prediction": "no"}]
    assert any(
        "comma for the decimal point, as in training, such as '5,125' = 5.125" in f.message for f in found.findings
    )
