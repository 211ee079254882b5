"""Re-expressions: one way there, one way back, and what they do with what cannot be computed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from number_families import COLUMNS

from pellucid.encoding.expressions import EXPRESSIONS, FittedExpression, express
from pellucid.encoding.expressions.powers import likeliest_exponent
from pellucid.errors import DataError, UsageError
from pellucid.records import decode_json, encode_json

INF = np.inf
NAMES = EXPRESSIONS.names()
CHOICES = [
    *NAMES,
    "log(standardize=false)",
    "power(standardize=false)",
    "min_max(start=-1)",
    "quantile_normal(quantiles=9)",
]


def _cases():
    """Every expression on every column whose values it takes."""
    for choice in CHOICES:
        for name, values in COLUMNS.items():
            if EXPRESSIONS(choice).entry.takes(values).all():
                yield pytest.param(choice, name, id=f"{choice} of {name}")


@pytest.mark.parametrize(("choice", "name"), list(_cases()))
def test_the_inverse_brings_back_every_value_to_nine_digits(choice, name):
    values = COLUMNS[name]
    fitted = EXPRESSIONS(choice).fit(values)
    # Beside the training rows themselves: values between them, and the ends.
    between = np.r_[values, np.quantile(values, np.linspace(0, 1, 101)), fitted.low, fitted.high]
    back = fitted.inverse(fitted.forward(between))
    np.testing.assert_allclose(back, between, rtol=1e-9, atol=1e-9 * values.std())


@pytest.mark.parametrize(("choice", "name"), list(_cases()))
def test_order_is_kept_there_and_back(choice, name):
    values = COLUMNS[name]
    fitted = EXPRESSIONS(choice).fit(values)
    rising = np.unique(values)
    assert (np.diff(fitted.forward(rising)) > 0).all()
    out = np.linspace(fitted.forward(rising)[0] - 2, fitted.forward(rising)[-1] + 2, 500)
    with np.errstate(invalid="ignore"):  # ∞ − ∞ where several lie beyond what can be reached
        assert not (np.diff(fitted.inverse(out)) < 0).any()


@pytest.mark.parametrize("choice", CHOICES)
@given(z=st.floats(-1e300, 1e300))
def test_the_inverse_is_a_number_or_infinite_for_any_output(choice, z):
    values = COLUMNS["skewed"]
    back = EXPRESSIONS(choice).fit(values).inverse(np.array([z]))
    assert not np.isnan(back).any()


@pytest.mark.parametrize("choice", CHOICES)
def test_what_was_learned_survives_its_way_through_json(choice):
    fitted = EXPRESSIONS(choice).fit(COLUMNS["skewed"])
    assert decode_json(encode_json(fitted), FittedExpression) == fitted


@pytest.mark.parametrize("choice", CHOICES)
def test_gaps_become_zero_and_do_not_move_what_is_learned(choice):
    with_gaps = EXPRESSIONS(choice).fit(np.array([np.nan, 1.0, 2.0, INF, 4.0, np.nan]))
    assert with_gaps == EXPRESSIONS(choice).fit(np.array([1.0, 2.0, 4.0]))
    expressed, beyond = express(np.array([np.nan]), with_gaps)
    assert (expressed.tolist(), beyond) == ([0.0], 0)


@pytest.mark.parametrize("choice", CHOICES)
def test_infinities_become_the_nearest_training_value_and_are_counted(choice):
    fitted = EXPRESSIONS(choice).fit(np.array([1.0, 2.0, 5.0, 40.0, INF]))
    expressed, beyond = express(np.array([INF, -INF, 40.0, 1.0]), fitted)
    assert beyond == 2
    assert expressed[0] == expressed[2]
    assert expressed[1] == expressed[3]


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if choice != "none"])
def test_a_constant_column_becomes_zero_everywhere_and_comes_back_as_itself(choice):
    fitted = EXPRESSIONS(choice).fit(np.full(5, 0.1))
    assert express(np.array([0.1, 7.0, -INF]), fitted)[0].tolist() == [0.0, 0.0, 0.0]
    assert fitted.inverse(np.array([0.0, 3.0])).tolist() == [0.1, 0.1]


@pytest.mark.parametrize("choice", CHOICES)
def test_a_column_without_any_value_becomes_zero(choice):
    fitted = EXPRESSIONS(choice).fit(np.array([np.nan, np.nan]))
    assert express(np.array([3.0, np.nan]), fitted)[0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("choice", ["standard", "robust", "robust_clip", "min_max", "quantile_normal"])
@pytest.mark.parametrize("unit", [1e-300, 1e-9, 1e12, 1e300])
def test_the_unit_of_a_column_does_not_matter(choice, unit):
    values = np.array([1.0, 2.0, 3.0, 5.0, 8.0])
    expressed, beyond = express(values * unit, EXPRESSIONS(choice).fit(values * unit))
    plain, _ = express(values, EXPRESSIONS(choice).fit(values))
    assert expressed == pytest.approx(plain, rel=1e-12)
    assert beyond == 0


def test_a_number_that_float32_cannot_carry_counts_as_infinite():
    for choice in ("standard", "robust_clip"):
        expressed, beyond = express(np.array([1e300, 2.0]), EXPRESSIONS(choice).fit(np.array([0.0, 1.0, 2.0])))
        assert beyond == 1
        assert expressed[0] == expressed[1]


def test_a_number_that_the_expression_does_not_take_becomes_the_smallest_training_value():
    fitted = EXPRESSIONS("log").fit(COLUMNS["skewed"])
    expressed, beyond = express(np.array([0.0, -3.0, fitted.low]), fitted)
    assert beyond == 2
    assert expressed[0] == expressed[1] == expressed[2]


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("log", [1.0, 0.0, np.nan, 0.0], r"log takes numbers above 0, and 'x' is 0 in row 2 \(2 such rows\)"),
        ("log1p", [1.0, -1.0], "log1p takes numbers above −1, and 'x' is -1 in row 2"),
        ("sqrt", [-0.5, 1.0], "sqrt takes numbers from 0 on, and 'x' is -0.5 in row 1"),
    ],
)
def test_a_column_outside_the_domain_is_refused_with_the_row(name, values, message):
    with pytest.raises(DataError, match=message) as caught:
        EXPRESSIONS(name).check(np.array(values), "x")
    assert caught.value.code == "B083"
    assert "Choose power" in caught.value.message


def test_every_number_is_taken_by_all_others():
    for entry in EXPRESSIONS:
        assert (entry.name in ("log", "log1p", "sqrt")) == (entry.domain != "every number")
        assert entry.takes(np.array([-1e9, 0.0, 1e9])).all() == (entry.domain == "every number")


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_says_what_it_does_and_where_it_is_from(name):
    entry = EXPRESSIONS[name]
    assert all((entry.formula, entry.inverse, entry.comes_back, entry.purpose, entry.source, entry.domain))
    # An entry that is no straight line must say that the mean does not come back.
    values = COLUMNS["skewed"]
    fitted = EXPRESSIONS(name).fit(values)
    comes_back = fitted.inverse(fitted.forward(values).mean(keepdims=True))[0]
    assert (comes_back == pytest.approx(values.mean(), rel=1e-9)) == (entry.comes_back == "the mean")


# The formulas, by hand.


def test_standard_is_mean_zero_and_population_spread_one():
    values = np.array([1.0, 2.0, 3.0, 6.0])
    # mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5
    assert EXPRESSIONS("standard").fit(values).forward(values) == pytest.approx((values - 3) / np.sqrt(3.5), abs=1e-15)


def test_robust_clip_is_the_published_formula():
    values = np.array([0.0, 1.0, 2.0, 3.0, 100.0])
    plain = (values - 2) / 2  # median 2, quartiles 1 and 3
    assert EXPRESSIONS("robust").fit(values).forward(values) == pytest.approx(plain, abs=1e-15)
    bent = EXPRESSIONS("robust_clip").fit(values).forward(values)
    assert bent == pytest.approx(plain / np.sqrt(1 + (plain / 3) ** 2), abs=1e-15)
    assert bent.max() < 3


def test_robust_without_a_quartile_range_uses_half_the_whole_range():
    for choice in ("robust", "robust_clip"):
        assert EXPRESSIONS(choice).fit(np.array([0.0] * 9 + [4.0])).factor == 0.5


def test_min_max_reaches_its_ends_and_refuses_ends_that_are_none():
    values = np.array([2.0, 4.0, 10.0])
    assert EXPRESSIONS("min_max").fit(values).forward(values) == pytest.approx([0, 0.25, 1], abs=1e-15)
    assert EXPRESSIONS("min_max(start=-1)").fit(values).forward(values) == pytest.approx([-1, -0.5, 1], abs=1e-15)
    with pytest.raises(UsageError, match="min_max needs start < end, found start=2 and end=1"):
        EXPRESSIONS("min_max(start=2)").fit(values)


def test_logarithm_and_root_are_plain_without_the_line():
    values = np.array([1.0, math.e, math.e**2])
    assert EXPRESSIONS("log(standardize=false)").fit(values).forward(values) == pytest.approx([0, 1, 2], abs=1e-15)
    assert EXPRESSIONS("log1p(standardize=false)").fit(values - 1).forward(values - 1) == pytest.approx([0, 1, 2])
    assert EXPRESSIONS("sqrt(standardize=false)").fit(values).forward(np.array([9.0])) == pytest.approx([3.0])


@pytest.mark.parametrize("name", ["log", "log1p", "sqrt", "power", "standard"])
def test_standardised_training_rows_have_mean_zero_and_spread_one(name):
    expressed = EXPRESSIONS(name).fit(COLUMNS["skewed"]).forward(COLUMNS["skewed"])
    assert (expressed.mean(), expressed.std()) == pytest.approx((0, 1), abs=1e-12)


def test_a_value_that_many_rows_share_gets_the_middle_of_its_ranks():
    values = np.r_[np.zeros(50), np.arange(1.0, 51.0)]
    fitted = EXPRESSIONS("quantile_normal").fit(values)
    assert fitted.forward(np.array([0.0]))[0] == pytest.approx(-0.6823, abs=1e-3)  # Φ⁻¹(0.2475)
    assert fitted.inverse(np.array([-9.0, 9.0])).tolist() == [0.0, 50.0]


def test_the_exponent_is_a_logarithm_for_logarithms_and_a_line_for_lines():
    """ln(1 + x) normal: λ = 0. x normal: λ = 1."""
    normal = np.random.default_rng(1).normal(size=20_000)
    assert likeliest_exponent(np.expm1(5.0 + normal)) == pytest.approx(0.0, abs=0.01)
    assert likeliest_exponent(normal) == pytest.approx(1.0, abs=0.02)


def test_an_exponent_stays_where_the_ends_can_be_told_apart():
    narrow = 1e6 + np.array([0.0, 1.0, 2.0, 3.0, 50.0])
    fitted = EXPRESSIONS("power").fit(narrow)
    assert fitted.exponent >= math.log(1e-6) / math.log1p(1e6 + 50) - 1e-6
    np.testing.assert_allclose(fitted.inverse(fitted.forward(narrow)), narrow, rtol=1e-9)
