import msgspec
import numpy as np
import pytest
from made_up_models import made_up_arrays, made_up_manifest, made_up_model, made_up_table, shuffled

from pellucid.errors import DataError, UsageError
from pellucid.models import Model

TASKS = ["binary", "multiclass", "regression"]


@pytest.mark.parametrize("task", TASKS)
def test_a_model_gives_one_prediction_per_row(task):
    model, table = made_up_model(task), made_up_table(rows=70)
    prediction = model.predict_table(table)
    assert prediction.values.shape == (70,)
    if task == "regression":
        assert prediction.values.dtype == np.float64
        assert prediction.probabilities is None
    else:
        assert set(prediction.values.tolist()) <= set(model.manifest.classes)
        assert prediction.probabilities.shape == (70, len(model.manifest.classes))
        assert prediction.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-12)


def test_the_label_is_the_most_probable_class():
    model, table = made_up_model("multiclass"), made_up_table()
    prediction = model.predict_table(table)
    best = prediction.probabilities.argmax(axis=1)
    assert prediction.values.tolist() == [model.manifest.classes[code] for code in best]
    assert len(set(prediction.values.tolist())) > 1


def test_one_output_with_a_sigmoid_serves_two_classes():
    prediction = made_up_model("binary", link="sigmoid").predict_table(made_up_table())
    assert ((prediction.probabilities[:, 1] > 0.5) == (prediction.values == "yes")).all()
    assert set(prediction.values.tolist()) == {"no", "yes"}


@pytest.mark.parametrize("task", TASKS)
def test_the_order_of_rows_and_columns_and_extra_columns_change_no_bit(task):
    model, table = made_up_model(task), made_up_table()
    turned, order = shuffled(table.without(["survived"]))
    here, there = model.predict_table(table), model.predict_table(turned)
    assert here.values[order].tobytes() == there.values.tobytes()
    if task != "regression":
        assert np.ascontiguousarray(here.probabilities[order]).tobytes() == there.probabilities.tobytes()


@pytest.mark.parametrize("task", TASKS)
def test_a_row_alone_is_predicted_as_in_the_table(task):
    model, table = made_up_model(task), made_up_table()
    whole = model.predict_table(table)
    for row in range(table.rows):
        alone = model.predict_table(table.take(np.array([row])))
        assert alone.values[0] == whole.values[row]
        if task != "regression":
            assert alone.probabilities[0].tobytes() == whole.probabilities[row].tobytes()


def test_numbers_come_in_the_targets_unit_and_are_clamped_if_asked():
    free = made_up_model("regression").predict_table(made_up_table()).values
    kept = made_up_model("regression", clamp=True).predict_table(made_up_table()).values
    assert free.min() < 90 < free.max()
    assert (kept == np.clip(free, 90, 120)).all()
    assert kept.min() == 90


def test_a_table_of_no_rows_gives_no_predictions():
    for task in TASKS:
        assert made_up_model(task).predict_table(made_up_table().take(np.arange(0))).values.shape == (0,)


def test_predict_reads_whatever_a_table_can_be_read_from(tmp_path):
    model, table = made_up_model(), made_up_table(rows=20)
    path = tmp_path / "new.csv"
    lines = [",".join(table.names)]
    texts = [column.as_text() for column in table]
    lines += [",".join(text[row] or "" for text in texts) for row in range(20)]
    path.write_text("\n".join(lines) + "\n")
    expected = model.predict_table(table)
    assert model.predict(path).tolist() == expected.values.tolist()
    assert model.predict_proba(str(path)) == pytest.approx(expected.probabilities, abs=1e-12)
    frame = {column.name: column.values for column in table}
    assert model.predict(frame).tolist() == expected.values.tolist()


def test_a_regression_has_no_probabilities():
    with pytest.raises(UsageError, match="predicts survived, a number"):
        made_up_model("regression").predict_proba(made_up_table())


def test_outputs_that_overflow_are_refused_with_the_row():
    manifest = made_up_manifest("regression")
    arrays = {name: np.full_like(values, 1e38) for name, values in made_up_arrays(manifest).items()}
    with pytest.raises(DataError, match=r"row 1 \(80 such rows\) .* overflow") as caught:
        Model(manifest, arrays).predict_table(made_up_table())
    assert caught.value.code == "B035"


def test_what_was_odd_is_reported():
    table = made_up_table()
    table.column("port").values[:3] = "X"
    report = made_up_model().predict_table(table).report
    assert [finding.code for finding in report] == ["B066"]


def test_a_model_shows_itself_without_control_characters():
    manifest = made_up_manifest()
    odd = msgspec.structs.replace(manifest, target="\x1b[31msur\nvived")
    assert repr(Model(odd, made_up_arrays(odd))).startswith(r"<Model of \x1b[31msur\nvived: binary, 3 networks ")
