"""A saved model judged on a table with the answers."""

from pathlib import Path

import numpy as np
import pytest
from untrained import write_linear_model

from pellucid.errors import DataError, UnknownColumnError
from pellucid.jobs import Evaluation, evaluate
from pellucid.records import Severity

WARMTH = [float(value) for value in np.linspace(4, 24, 41)]


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "bites.safetensors"
    columns = {"warmth": [*WARMTH], "bites": ["yes" if value > 14 else "no" for value in WARMTH]}
    return write_linear_model(path, columns, target="bites", slope=4.0)


@pytest.fixture(scope="module")
def regressor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "weight.safetensors"
    columns = {"warmth": [*WARMTH], "weight": [3.0 * value + 1 for value in WARMTH]}
    return write_linear_model(path, columns, target="weight", slope=1.0)


def values_of(evaluation: Evaluation) -> dict[str, float]:
    return {score.metric: score.value for score in evaluation.scores}


def test_classes_are_judged_by_what_the_table_says(classifier: Path) -> None:
    found = evaluate(classifier, {"warmth": [5.0, 6.0, 20.0, 21.0], "bites": ["no", "yes", "yes", "yes"]})
    assert list(values_of(found)) == ["accuracy", "roc_auc", "log_loss"]
    assert values_of(found)["accuracy"] == 0.75
    assert (found.task, found.target, found.rows) == ("binary", "bites", 4)


def test_numbers_are_judged_in_their_unit(regressor: Path) -> None:
    found = values_of(evaluate(regressor, {"warmth": [10.0, 20.0], "weight": [33.0, 63.0]}))
    assert found["rmse"] == pytest.approx(2.0, rel=1e-4)
    assert found["mae"] == pytest.approx(2.0, rel=1e-4)


def test_rows_without_an_answer_are_left_out_and_counted(classifier: Path) -> None:
    found = evaluate(classifier, {"warmth": [5.0, 20.0, 20.0], "bites": ["no", None, "yes"]})
    assert found.rows == 2
    assert values_of(found)["accuracy"] == 1.0
    (finding,) = [each for each in found.findings if each.code == "B052"]
    assert finding.message == "'bites' is missing in 1 of 3 rows, which were left out."


def test_a_label_that_the_model_does_not_know_counts_as_an_error(classifier: Path) -> None:
    found = evaluate(classifier, {"warmth": [5.0, 20.0, 20.0, 21.0], "bites": ["no", "yes", "maybe", "yes"]})
    assert values_of(found)["accuracy"] == 0.75
    assert values_of(found)["roc_auc"] == 1.0
    (finding,) = [each for each in found.findings if each.code == "B069"]
    assert finding.message == (
        "'bites' has labels that the model has never seen ('maybe') in 1 of 4 rows; each counts as an error."
    )
    assert finding.evidence == {"rows": 1, "labels": ["maybe"]}


def test_several_numbers_are_judged_together_and_one_by_one(tmp_path: Path) -> None:
    columns = {"warmth": [*WARMTH], "up": [3 * v + 1 for v in WARMTH], "down": [100 - v for v in WARMTH]}
    model = write_linear_model(tmp_path / "m.safetensors", columns, target=["up", "down"], slope=1.0)
    found = evaluate(model, {"warmth": [10.0, 20.0, 15.0], "up": [33.0, 63.0, None], "down": [90.0, 80.0, 85.0]})
    assert (found.task, found.target, found.rows) == ("regression", "up, down", 2)
    scores = {score.key: score.value for score in found.scores}
    assert scores["rmse(up)"] == pytest.approx(2.0, rel=1e-4)
    assert scores["rmse(down)"] == pytest.approx(0.0, abs=1e-4)
    (finding,) = [each for each in found.findings if each.code == "B052"]
    assert finding.message == "At least one of 'up', 'down' is missing in 1 of 3 rows, which were left out."


def test_labels_are_judged_and_unknown_ones_passed_over(tmp_path: Path) -> None:
    texts = ["swims|all" if value > 14 else "skates" if value < 6 else "skates|all" for value in WARMTH]
    model = write_linear_model(
        tmp_path / "m.safetensors",
        {"warmth": [*WARMTH], "what": texts},
        target="what",
        task="multilabel",
        slope=-4.0,
        bias=(9.0, 0.0),
    )
    found = evaluate(model, {"warmth": [24.0, 4.0, 24.0, 4.0], "what": ["swims|all", "skates|fly", None, "swims|dive"]})
    assert found.rows == 3
    # all, skates and swims of three rows: "all" is said in each but true in the first alone.
    assert (found.task, values_of(found)["labels_right"] < 1) == ("multilabel", True)
    (finding,) = [each for each in found.findings if each.code == "B069"]
    assert "('dive', 'fly') in 2 of 4 rows; they were passed over" in finding.message


def test_ordered_classes_without_a_place_are_left_out(tmp_path: Path) -> None:
    columns = {"warmth": [*WARMTH], "size": ["small" if v < 10 else "medium" if v < 18 else "large" for v in WARMTH]}
    model = write_linear_model(
        tmp_path / "m.safetensors",
        columns,
        target="size",
        order=["small", "medium", "large"],
        slope=4.0,
        head="corn",
        bias=(0.0, 9.0),
    )
    found = evaluate(model, {"warmth": [4.0, 24.0, 24.0], "size": ["small", "huge", None]})
    assert (found.task, found.rows) == ("ordinal", 1)
    assert values_of(found)["class_distance"] == 0.0
    messages = {each.code: each.message for each in found.findings}
    assert messages["B069"].endswith("in 1 of 3 rows; they have no place in the order, so these rows were left out.")
    assert messages["B052"] == "'size' is missing in 1 of 3 rows, which were left out."


def test_counts_shares_and_quantiles_are_judged_by_their_own_metrics(tmp_path: Path) -> None:
    fish = [float(int(value)) for value in WARMTH]
    model = write_linear_model(
        tmp_path / "c.safetensors",
        {"warmth": [*WARMTH], "fish": fish},
        target="fish",
        task="count",
        slope=0.0,
        bias=(2.0,),
    )
    found = evaluate(model, {"warmth": [4.0, 24.0], "fish": [7, 8]})
    assert values_of(found)["mae"] == pytest.approx(np.abs(np.array([7, 8]) - np.exp(2)).mean(), rel=1e-5)
    shares = {"warmth": [*WARMTH], "ice": [100 - 2 * v for v in WARMTH], "water": [2 * v for v in WARMTH]}
    model = write_linear_model(
        tmp_path / "s.safetensors", shares, target=["ice", "water"], task="distribution", slope=0.0
    )
    found = evaluate(model, {"warmth": [4.0, 24.0], "ice": [1, 50], "water": [1, 50]})
    assert values_of(found)["kl_divergence"] == pytest.approx(0.0, abs=1e-9)
    levels = [0.1, 0.9]
    model = write_linear_model(
        tmp_path / "q.safetensors",
        {"warmth": [*WARMTH], "fish": fish},
        target="fish",
        levels=levels,
        slope=0.0,
        bias=(-9.0, 9.0),
        head=f"quantiles(levels={levels})",
    )
    found = evaluate(model, {"warmth": [4.0, 24.0], "fish": [7, 8]})
    assert values_of(found)["coverage"] == 1.0


def test_a_table_without_the_target_is_refused_by_name(classifier: Path) -> None:
    with pytest.raises(UnknownColumnError, match="There is no column 'bites' in"):
        evaluate(classifier, {"warmth": [5.0]})


def test_a_target_without_values_leaves_nothing_to_judge_by(classifier: Path) -> None:
    with pytest.raises(DataError, match="'bites' is missing in all 2 rows"):
        evaluate(classifier, {"warmth": [5.0, 6.0], "bites": [None, None]})


def test_a_model_judged_on_its_own_training_table_says_so(tmp_path: Path) -> None:
    columns = {"warmth": [*WARMTH], "bites": ["yes" if value > 14 else "no" for value in WARMTH]}
    model = write_linear_model(tmp_path / "m.safetensors", columns, target="bites", slope=4.0)
    (finding,) = evaluate(model, columns).findings
    assert (finding.code, finding.severity) == ("B063", Severity.WARNING)
    assert "most of its rows were learned from" in finding.message
    assert evaluate(model, {name: values[:-1] for name, values in columns.items()}).findings == ()


def test_one_row_is_judged_by_the_notation_of_the_training_table(tmp_path: Path) -> None:
    """``3,652`` alone looks like thousands; the other rows of the training table said that it is not."""
    written = {"warmth": [f"{value:.2f}".replace(".", ",") for value in WARMTH]}
    written["weight"] = [f"{value / 4:.3f}".replace(".", ",") if row else "0,5" for row, value in enumerate(WARMTH)]
    model = write_linear_model(tmp_path / "model.safetensors", {**written}, target="weight", slope=1.0)
    alone = tmp_path / "alone.csv"
    alone.write_text("warmth;weight\n14,000;3,500\n", encoding="utf-8")
    whole = values_of(evaluate(model, {"warmth": ["14,00", "14,50"], "weight": ["3,5", "3,625"]}))
    assert values_of(evaluate(model, alone))["rmse"] < 1
    assert whole["rmse"] < 1
