import numpy as np
import pytest
from made_up_tables import every, goal

from pellucid.encoding import (
    EXPRESSIONS,
    TargetEncoding,
    decode_target,
    encode_target,
    fit_target,
    target_spec,
)
from pellucid.errors import DataError, UnknownNameError
from pellucid.records import TargetSpec, decode_json, encode_json

PRICES = np.exp(np.random.default_rng(3).normal(11.0, 0.7, 200))
BOTH = np.stack([PRICES, np.random.default_rng(4).normal(size=200)], axis=1)
LABELS = (np.random.default_rng(5).random((30, 3)) < 0.4).astype(float)
SHARES = np.random.default_rng(6).dirichlet([1, 2, 3], 30)
SPELLED = (("no", "yes"), ("0", "1"), ("False", "True"))

TARGETS = {
    "classes": (goal("multiclass", classes=("a", "b", "c")), np.arange(30) % 3),
    "ordered classes": (goal("ordinal", classes=("low", "mid", "high")), np.arange(30) % 3),
    "labels in columns": (goal("multilabel", "a", "b", "c", classes=("a", "b", "c"), spellings=SPELLED), LABELS),
    "labels in a text": (goal("multilabel", "tags", classes=("a", "b", "c"), separator="|"), LABELS),
    "shares": (goal("distribution", "a", "b", "c", classes=("a", "b", "c"), total=100.0), SHARES),
    "count": (goal("count"), np.random.default_rng(7).poisson(3.0, 30).astype(float)),
    "number": (goal("regression"), PRICES),
    "numbers": (goal("regression", "price", "other"), BOTH),
    "quantiles": (goal("quantile", levels=(0.1, 0.9)), PRICES),
}


def fitted(case, **options):
    decision, values = TARGETS[case]
    return fit_target(values, decision, every(len(values)), **options)


@pytest.mark.parametrize("case", TARGETS)
def test_a_fitted_target_survives_its_way_through_json(case):
    assert decode_json(encode_json(fitted(case)), TargetEncoding) == fitted(case)


@pytest.mark.parametrize("case", TARGETS)
def test_a_target_is_encoded_row_by_row_and_in_one_form(case):
    encoding, values = fitted(case), TARGETS[case][1]
    encoded = encode_target(encoding, values)
    assert encoded.shape == values.shape
    assert encoded.dtype == (np.int64 if encoding.kind == "classes" else np.float32)
    assert (encode_target(encoding, values[5:9]) == encoded[5:9]).all()


def test_a_number_is_standardised_on_training_rows_and_comes_back_in_its_unit():
    values = np.array([10.0, 20.0, 30.0, 1e6])
    encoding = fit_target(values, goal("regression"), every(3))
    (line,) = encoding.numbers
    assert (line.center, line.low, line.high) == (20.0, 10.0, 30.0)
    assert 1 / line.factor == pytest.approx(np.sqrt(200 / 3))
    encoded = encode_target(encoding, values)
    assert encoded.dtype == np.float32
    assert encoded[:3].mean() == pytest.approx(0, abs=1e-7)
    assert decode_target(encoding, encoded) == pytest.approx(values, rel=1e-6)


def test_a_number_beyond_float32_survives():
    values = np.array([1e300, 2e300, 4e300])
    encoding = fit_target(values, goal("regression"), every(3))
    assert decode_target(encoding, encode_target(encoding, values)) == pytest.approx(values, rel=1e-6)


def test_equal_targets_come_back_as_themselves():
    encoding = fit_target(np.full(4, 7.5), goal("regression"), every(4))
    assert decode_target(encoding, np.array([0.0, 3.0])).tolist() == [7.5, 7.5]


def test_classes_stay_codes_and_come_back_as_labels():
    encoding = fit_target(np.array([0, 1, 1]), goal("binary", classes=("no", "yes")), every(3))
    assert encode_target(encoding, np.array([0, 1])).dtype == np.int64
    assert decode_target(encoding, np.array([1, 0])).tolist() == ["yes", "no"]


def test_labels_come_back_as_their_columns_are_written():
    said = np.array([[1, 0, 1], [0, 0, 0]])
    assert decode_target(fitted("labels in columns"), said).tolist() == [["yes", "0", "True"], ["no", "0", "False"]]
    assert decode_target(fitted("labels in a text"), said).tolist() == ["a|c", ""]
    assert fitted("labels in columns").parts == ("a", "b", "c")
    assert fitted("labels in a text").parts == ()


def test_shares_come_back_as_parts_of_the_users_total():
    encoding = fitted("shares")
    decoded = decode_target(encoding, encode_target(encoding, SHARES))
    assert decoded.sum(axis=1) == pytest.approx(100, abs=1e-4)
    assert encoding.parts == ("a", "b", "c")


def test_counts_stay_counts_and_rates_keep_within_them_if_asked():
    encoding = fitted("count")
    values = TARGETS["count"][1]
    assert encode_target(encoding, values).tolist() == values.tolist()
    assert decode_target(encoding, np.array([0.5, 1e9])).tolist() == [0.5, 1e9]
    assert decode_target(encoding, np.array([0.5, 1e9]), clamp=True).tolist() == [0.5, values.max()]


@pytest.mark.parametrize("name", EXPRESSIONS.names())
def test_every_re_expression_serves_a_target(name):
    encoding = fitted("number", expression=name)
    decoded = decode_target(encoding, encode_target(encoding, PRICES))
    # float32 keeps seven digits of the re-expressed value.
    np.testing.assert_allclose(decoded, PRICES, rtol=1e-4, atol=1e-4 * PRICES.std())


def test_each_of_several_numbers_has_its_own_scale():
    encoding = fitted("numbers")
    encoded = encode_target(encoding, BOTH)
    assert encoded.mean(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert encoded.std(axis=0) == pytest.approx([1, 1], abs=1e-6)
    np.testing.assert_allclose(decode_target(encoding, encoded), BOTH, rtol=1e-5, atol=1e-6)
    assert encoding.parts == ("price", "other")


def test_quantiles_are_of_one_number_and_keep_under_every_re_expression():
    """Order is kept, so the quantile of the logarithm is the logarithm of the quantile."""
    for name in ("standard", "log", "power"):
        encoding = fitted("quantiles", expression=name)
        own = np.quantile(encode_target(encoding, PRICES), [0.1, 0.9])
        decoded = decode_target(encoding, np.tile(own, (4, 1)))
        assert decoded.shape == (4, 2)
        np.testing.assert_allclose(decoded[0], np.quantile(PRICES, [0.1, 0.9]), rtol=0.01)
    assert encoding.parts == ("0.1", "0.9")


def test_the_mean_of_logarithms_comes_back_as_the_geometric_mean():
    encoding = fitted("number", expression="log")
    mean = encode_target(encoding, PRICES).mean()
    assert decode_target(encoding, np.array([mean]))[0] == pytest.approx(np.exp(np.log(PRICES).mean()), rel=1e-6)
    assert decode_target(encoding, np.array([mean]))[0] < 0.9 * PRICES.mean()


def test_what_overflows_is_infinite_and_kept_within_the_training_rows_if_asked():
    for name in ("log", "power", "standard", "robust_clip"):
        encoding = fitted("number", expression=name)
        (number,) = encoding.numbers
        far = np.array([-1e300, 1e308])
        assert not np.isnan(decode_target(encoding, far)).any()
        assert decode_target(encoding, far, clamp=True).tolist() == [number.low, number.high]


def test_a_target_that_the_re_expression_does_not_take_is_refused():
    values = np.array([1.0, 2.0, 0.0, 4.0])
    with pytest.raises(DataError, match=r"log takes numbers above 0, and 'y' is 0 in row 3") as caught:
        fit_target(values, goal("regression"), every(2), expression="log")
    assert caught.value.code == "B083"
    with pytest.raises(UnknownNameError, match=r"no expression 'lgo'\. Did you mean 'log'"):
        fit_target(values, goal("regression"), every(2), expression="lgo")


SPECS = {
    "classes": TargetSpec(task="multiclass", classes=3),
    "ordered classes": TargetSpec(task="ordinal", classes=3),
    "labels in columns": TargetSpec(task="multilabel", columns=3, low=0.0, high=1.0),
    "labels in a text": TargetSpec(task="multilabel", columns=3, low=0.0, high=1.0),
    "shares": TargetSpec(task="distribution", classes=3),
}


@pytest.mark.parametrize("case", SPECS)
def test_losses_and_heads_are_told_the_task_and_its_sizes(case):
    assert target_spec(fitted(case), TARGETS[case][0].task) == SPECS[case]


def test_losses_and_heads_are_told_the_range_in_the_networks_unit():
    encoding = fitted("numbers")
    spec = target_spec(encoding, "regression")
    encoded = encode_target(encoding, BOTH)
    assert (spec.task, spec.columns) == ("regression", 2)
    assert (spec.low, spec.high) == pytest.approx((encoded.min(), encoded.max()), rel=1e-6)
    counted = target_spec(fitted("count"), "count")
    assert (counted.columns, counted.low, counted.high) == (1, 0.0, TARGETS["count"][1].max())
    assert target_spec(fitted("quantiles"), "quantile").columns == 1


LINE = EXPRESSIONS("standard").fit(np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "classes", "classes": ("a",)}, "at least two labels"),
        ({"kind": "classes", "classes": ("a", "a")}, "same label"),
        ({"kind": "classes", "classes": ("a", "b"), "columns": ("y", "z")}, "has one column"),
        ({"kind": "numbers", "classes": ("a", "b")}, "numbers none"),
        ({"kind": "numbers"}, "has a re-expression"),
        ({"kind": "count", "numbers": (LINE,)}, "nothing else has"),
        ({"kind": "count", "low": 1.0}, "low not above high"),
        ({"kind": "count", "columns": ()}, "one column or several"),
        ({"kind": "count", "columns": ("y", "y")}, "each once"),
        ({"kind": "labels", "classes": ("a", "b")}, "a column each, or a separator"),
        ({"kind": "shares", "classes": ("a", "b")}, "shares have a column each"),
        ({"kind": "shares", "classes": ("a", "b"), "columns": ("a", "b"), "total": 0.0}, "a total is above 0"),
        ({"kind": "numbers", "numbers": (LINE,), "levels": (0.5, 0.1)}, "levels rise"),
        ({"kind": "numbers", "numbers": (LINE,), "levels": (0.0,)}, "levels rise between"),
        ({"kind": "numbers", "numbers": (LINE, LINE), "columns": ("a", "b"), "levels": (0.5,)}, "of one column"),
        ({"kind": "classes", "classes": ("a", "b"), "spellings": (("n", "y"),) * 2}, "spellings belong to one"),
    ],
)
def test_an_impossible_target_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        TargetEncoding(**{"columns": ("y",), **fields})
