import numpy as np
import pytest
from made_up_tables import Decision, booleans, dates, every, numbers, table, texts

from pellucid.encoding import EXPRESSIONS, Preparation, TableEncoding, encode, fit_encoding
from pellucid.errors import DataError, UnknownColumnError, UnknownNameError, UsageError
from pellucid.records import decode_json, encode_json

CITIES = [f"city {number}" for number in range(12)]


def mixed(rows=60, seed=0):
    """A table with every kind of column, gaps included."""
    draw = np.random.default_rng(seed)
    days = np.datetime64("2015-01-01T00:00", "us") + draw.integers(0, 4_000_000, rows) * np.timedelta64(1, "m")
    return table(
        numbers("age", *draw.normal(40, 10, rows - 1), None),
        texts("sex", *draw.choice(["f", "m"], rows)),
        numbers("income", *draw.lognormal(10, 1, rows)),
        texts("port", *draw.choice(["S", "C", "Q", None], rows)),
        texts("city", *draw.choice(CITIES, rows)),
        booleans("member", *draw.integers(0, 2, rows)),
        dates("since", *days.astype(str)),
        texts("note", *draw.choice(["x", None], rows)),
        texts("name", *[f"person {row}" for row in range(rows)]),
    )


DECISIONS = [
    Decision("age", "numeric"),
    Decision("sex", "category"),
    Decision("income", "numeric"),
    Decision("port", "category"),
    Decision("city", "category"),
    Decision("member", "boolean"),
    Decision("since", "date"),
    Decision("note", "presence"),
    Decision("name", "none", used=False),
]
SCALINGS = ["standard", "robust_clip"]


def fitted(scaling="standard", rows=60, **options):
    return fit_encoding(mixed(rows), DECISIONS, Preparation(scaling=scaling, **options), every(rows))


def test_numbers_come_first_then_what_passes_and_codes_apart():
    encoding = fitted()
    assert encoding.numeric == 9  # age, income, seven of the date
    assert encoding.input_names[:3] == ("age", "income", "since in days")
    assert encoding.input_names[9:] == (
        "age missing",
        "sex=m",
        "port=C",
        "port=Q",
        "port=S",
        "member",
        "note present",
    )
    assert encoding.passed == 7
    assert encoding.categories == (13,)
    assert encoding.coded_names == ("city",)
    assert [column.outputs for column in encoding.columns] == [2, 1, 1, 3, 1, 1, 7, 1]


@pytest.mark.parametrize("scaling", SCALINGS)
def test_encoded_tables_have_the_promised_shapes_and_nothing_missing(scaling):
    encoding = fitted(scaling)
    encoded = encode(encoding, mixed())
    assert encoded.numbers.shape == (60, encoding.numeric + encoding.passed)
    assert encoded.numbers.dtype == np.float32
    assert encoded.codes.shape == (60, 1)
    assert encoded.codes.dtype == np.int64
    assert np.isfinite(encoded.numbers).all()


def test_standard_numbers_have_mean_zero_and_indicators_stay_as_they_are():
    encoded = encode(fitted(), mixed())
    assert encoded.numbers[:, 1].mean() == pytest.approx(0, abs=1e-6)
    assert encoded.numbers[:, 1].std() == pytest.approx(1, abs=1e-6)
    assert set(np.unique(encoded.numbers[:, 9])) == {0, 1}


def test_robust_scaling_treats_one_hot_columns_alike():
    ports = table(texts("port", *"SSSSSSSSCQ"))
    encoding = fit_encoding(ports, [Decision("port", "category")], Preparation(scaling="robust_clip"), every(10))
    # C is rare: median 0, quartile range 0, so 2 / (max − min) · 1 = 2, bent to 2 / √(1 + 4/9).
    rare = 2 / np.sqrt(1 + 4 / 9)
    assert encode(encoding, ports).numbers[8].tolist() == pytest.approx([rare, 0, -rare], abs=1e-6)


@pytest.mark.parametrize("scaling", EXPRESSIONS.names())
def test_every_re_expression_can_scale_a_table_of_positive_numbers(scaling):
    whole = table(*(column for column in mixed() if column.name not in ("since", "age")))
    decisions = [decision for decision in DECISIONS if decision.name not in ("since", "age")]
    encoding = fit_encoding(whole, decisions, Preparation(scaling=scaling), every(60))
    income = whole.column("income").values
    encoded = encode(encoding, whole).numbers
    assert encoded[:, 0] == pytest.approx(EXPRESSIONS(scaling).fit(income).forward(income), rel=1e-6)
    # Nothing but robust_clip touches what stands beside the numbers.
    assert (set(np.unique(encoded[:, 1])) == {-1.0, 1.0}) == (scaling != "robust_clip")


def test_a_column_can_have_a_re_expression_of_its_own():
    whole, income = mixed(), mixed().column("income").values
    plain, own = fitted(), fitted(express={"income": "ln"})
    assert own.preparation.express == {"income": "log"}
    differs = [name for name, a, b in zip(own.input_names, plain.expressions, own.expressions, strict=True) if a != b]
    assert differs == ["income"]
    place = own.input_names.index("income")
    logs = np.log(income)
    assert encode(own, whole).numbers[:, place] == pytest.approx((logs - logs.mean()) / logs.std(), abs=1e-5)


def test_a_choice_is_kept_in_one_way_of_writing():
    assert Preparation(scaling="StandardScaler") == Preparation(scaling="standard")
    with pytest.raises(UnknownNameError, match=r"no expression 'standart'\. Did you mean 'standard'"):
        Preparation(scaling="standart")


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("incom", UnknownColumnError, "no column 'incom' .* Did you mean 'income'"),
        ("sex", UsageError, "'sex' is taken for a category, and only numbers are re-expressed"),
        ("name", UsageError, "'name' is left out .* nothing to re-express"),
        ("y", UsageError, "'y' is the target. Give its re-expression as --target-expression"),
    ],
)
def test_only_a_column_of_numbers_can_be_re_expressed(name, error, message):
    whole = table(numbers("y", *range(60)), *mixed().columns)
    decisions = [Decision("y", "none", used=False, kind="target"), *DECISIONS]
    with pytest.raises(error, match=message):
        fit_encoding(whole, decisions, Preparation(express={name: "log"}), every(60))


def test_a_column_that_its_re_expression_does_not_take_is_refused():
    with pytest.raises(DataError, match=r"log takes numbers above 0, and 'x' is 0 in row 3") as caught:
        fit_encoding(
            table(numbers("x", 1, 2, 0, None)), [Decision("x", "numeric")], Preparation(express={"x": "log"}), every(4)
        )
    assert caught.value.code == "B083"


def test_only_training_rows_are_learned_from():
    rows = np.arange(30)
    whole = mixed()
    spoiled = table(*(numbers("age", *whole.column("age").values[:30], *[1e9] * 30), *whole.columns[1:]))
    options = Preparation()
    assert fit_encoding(whole, DECISIONS, options, rows) == fit_encoding(spoiled, DECISIONS, options, rows)
    assert fit_encoding(whole, DECISIONS, options, rows) != fit_encoding(whole, DECISIONS, options, every(60))


@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_row_is_encoded_the_same_in_any_company(scaling):
    encoding, whole = fitted(scaling), mixed(seed=1)
    encoded = encode(encoding, whole)
    order = np.random.default_rng(2).permutation(60)
    shuffled = encode(encoding, whole.take(order))
    assert shuffled.numbers.tobytes() == encoded.numbers[order].tobytes()
    assert (shuffled.codes == encoded.codes[order]).all()
    for row in range(60):
        alone = encode(encoding, whole.take(np.array([row])))
        assert alone.numbers.tobytes() == encoded.numbers[row].tobytes()
        assert (alone.codes == encoded.codes[row]).all()


@pytest.mark.parametrize("scaling", SCALINGS)
def test_an_encoding_survives_its_way_through_json(scaling):
    encoding = fitted(scaling)
    assert decode_json(encode_json(encoding), TableEncoding) == encoding


def test_extra_columns_and_another_order_change_nothing():
    encoding, whole = fitted(), mixed()
    turned = table(numbers("extra", *range(60)), *reversed(whole.columns))
    assert (encode(encoding, turned).numbers == encode(encoding, whole).numbers).all()


def test_a_missing_column_is_named_with_the_nearest_one():
    with pytest.raises(
        DataError, match=r"lacks a column .*: 'income'\. Is it the one called 'Income' there\?"
    ) as caught:
        whole = mixed()
        others = [column for column in whole.columns if column.name != "income"]
        encode(fitted(), table(*others, numbers("Income", *range(60))))
    assert caught.value.code == "B067"


def test_several_missing_columns_are_all_named():
    with pytest.raises(DataError, match=r"lacks 2 columns .*'sex', 'income'\. Add what is missing"):
        encode(fitted(), mixed().without(["sex", "income"]))


def test_a_table_without_usable_columns_is_refused():
    with pytest.raises(DataError, match=r"No column of made-up\.csv can be used") as caught:
        fit_encoding(mixed(), [Decision("name", "none", used=False)], Preparation(), every(60))
    assert caught.value.code == "B036"


def test_what_was_odd_is_counted_and_said():
    encoding = fitted()
    new = table(
        texts("age", *["30"] * 38, "inf", "old"),
        texts("sex", *["f"] * 39, None),
        texts("income", *["100"] * 40),
        texts("port", *["S"] * 37, "Zürich", "Zürich", "\x1b[31mred"),
        texts("city", *["city 1"] * 40),
        booleans("member", *[1] * 40),
        dates("since", *["2016-01-01"] * 39, "NaT"),
        texts("note", *[None] * 40),
    )
    report = encode(encoding, new).report
    found = {(finding.code, finding.column): finding for finding in report.findings()}
    assert set(found) == {
        ("B030", "age"),
        ("B035", "age"),
        ("B034", "sex"),
        ("B066", "port"),
        ("B034", "since"),
    }
    assert found["B030", "age"].message == "1 value of age could not be read ('old') and counts as missing."
    assert found["B066", "port"].evidence == {"rows": 3, "examples": ["Zürich", "\x1b[31mred"]}
    assert (
        "2 values that the training rows did not ('Zürich', '\\x1b[31mred'), in 3 of 40 rows"
        in found["B066", "port"].message
    )


def test_an_ordinary_table_gives_no_findings():
    assert encode(fitted(), mixed()).report.findings() == ()


def test_an_empty_table_is_encoded_as_no_rows():
    encoded = encode(fitted(), mixed().take(every(0)))
    assert encoded.numbers.shape == (0, 16)
    assert encoded.codes.shape == (0, 1)
