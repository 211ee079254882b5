import msgspec
import numpy as np
import pytest
from made_up_models import made_up_arrays, made_up_manifest, made_up_model, made_up_table, shuffled

from pellucid.errors import DataError, UsageError
from pellucid.models import Model

SHAPES = {
    "binary": ((70,), (70, 2)),
    "multiclass": ((70,), (70, 3)),
    "ordinal": ((70,), (70, 3)),
    "multilabel": ((70, 3), (70, 3)),
    "distribution": ((70, 2), (70, 2)),
    "regression": ((70,), None),
    "several numbers": ((70, 2), None),
    "quantile": ((70, 2), None),
    "count": ((70,), None),
}
KINDS = list(SHAPES)
WORDS = ("binary", "multiclass", "ordinal", "multilabel")


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_gives_one_prediction_per_row(kind):
    model, table = made_up_model(kind), made_up_table(rows=70)
    prediction = model.predict_table(table)
    values, probabilities = SHAPES[kind]
    assert prediction.values.shape == prediction.decided.shape == values
    assert prediction.values.dtype.kind == ("U" if kind in WORDS else "f")
    assert (prediction.probabilities is None) == (probabilities is None)
    if probabilities is not None:
        assert prediction.probabilities.shape == probabilities
        assert ((prediction.probabilities >= 0) & (prediction.probabilities <= 1)).all()
        if kind != "multilabel":
            assert prediction.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-12)


def test_the_label_is_the_most_probable_class():
    model, table = made_up_model("multiclass"), made_up_table()
    prediction = model.predict_table(table)
    best = prediction.probabilities.argmax(axis=1)
    assert prediction.values.tolist() == [model.manifest.classes[code] for code in best]
    assert len(set(prediction.values.tolist())) > 1


def test_one_output_with_a_sigmoid_serves_two_classes():
    prediction = made_up_model("binary", head="sigmoid").predict_table(made_up_table())
    assert ((prediction.probabilities[:, 1] > 0.5) == (prediction.values == "yes")).all()
    assert set(prediction.values.tolist()) == {"no", "yes"}


def test_ordered_classes_are_told_by_their_median():
    prediction = made_up_model("ordinal").predict_table(made_up_table())
    above = 1 - np.cumsum(prediction.probabilities, axis=1)[:, :2]
    assert (prediction.decided == (above > 0.5).sum(axis=1)).all()
    assert prediction.values.tolist() == [("low", "mid", "high")[code] for code in prediction.decided]


def test_labels_are_told_one_by_one_in_their_own_words():
    prediction = made_up_model("multilabel").predict_table(made_up_table())
    assert (prediction.decided == (prediction.probabilities >= 0.5)).all()
    for place, words in enumerate((("no", "yes"), ("0", "1"), ("N", "Y"))):
        assert prediction.values[:, place].tolist() == [words[code] for code in prediction.decided[:, place]]
    assert len({tuple(row) for row in prediction.decided.tolist()}) > 1


def test_shares_are_parts_of_the_targets_total():
    prediction = made_up_model("distribution").predict_table(made_up_table())
    assert prediction.values == pytest.approx(100 * prediction.probabilities)


def test_rates_are_positive_and_members_are_averaged_as_rates():
    model, table = made_up_model("count"), made_up_table()
    values = model.predict_table(table).values
    alone = [
        Model(
            msgspec.structs.replace(model.manifest, members=1), {n: a[[m]] for n, a in model.arrays.items()}
        ).predict_table(table)
        for m in range(3)
    ]
    assert (values > 0).all()
    assert values == pytest.approx(np.mean([each.values for each in alone], axis=0))


def test_scores_decide_without_being_probabilities():
    prediction = made_up_model("binary", head="margin").predict_table(made_up_table())
    assert prediction.probabilities is None
    assert set(prediction.values.tolist()) == {"no", "yes"}
    with pytest.raises(UsageError, match=r"tell survived by scores \(head margin\), which are no probabilities"):
        made_up_model("binary", head="margin").predict_proba(made_up_table())


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_rows_and_columns_and_extra_columns_change_no_bit(kind):
    model, table = made_up_model(kind), made_up_table()
    turned, order = shuffled(table.without(["survived"]))
    here, there = model.predict_table(table), model.predict_table(turned)
    assert here.values[order].tobytes() == there.values.tobytes()
    if here.probabilities is not None:
        assert np.ascontiguousarray(here.probabilities[order]).tobytes() == there.probabilities.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_alone_is_predicted_as_in_the_table(kind):
    model, table = made_up_model(kind), made_up_table()
    whole = model.predict_table(table)
    for row in range(table.rows):
        alone = model.predict_table(table.take(np.array([row])))
        assert alone.values[0].tobytes() == whole.values[row].tobytes()
        if whole.probabilities is not None:
            assert alone.probabilities[0].tobytes() == whole.probabilities[row].tobytes()


def test_numbers_come_in_the_targets_unit_and_are_clamped_if_asked():
    for kind, low, high in (("regression", 80, 120), ("quantile", 80, 120), ("count", 0, 2)):
        free = made_up_model(kind).predict_table(made_up_table()).values
        kept = made_up_model(kind, clamp=True).predict_table(made_up_table()).values
        assert free.max() > high or free.min() < low
        assert (kept == np.clip(free, low, high)).all()


def test_a_table_of_no_rows_gives_no_predictions():
    for kind in KINDS:
        values = made_up_model(kind).predict_table(made_up_table().take(np.arange(0))).values
        assert values.shape == (0, *SHAPES[kind][0][1:])


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


@pytest.mark.parametrize("kind", ["regression", "quantile", "count"])
def test_numbers_have_no_probabilities(kind):
    with pytest.raises(UsageError, match=r"survived is a number, so there are no probabilities\. Use predict"):
        made_up_model(kind).predict_proba(made_up_table())


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
    goal = msgspec.structs.replace(manifest.target_encoding, columns=("\x1b[31msur\nvived",))
    odd = msgspec.structs.replace(manifest, target_encoding=goal)
    assert repr(Model(odd, made_up_arrays(odd))).startswith(r"<Model of \x1b[31msur\nvived: binary, 3 networks ")
