import numpy as np
import pytest
from made_up_tables import Target, every

from pellucid.encoding import TargetEncoding, decode_target, encode_target, fit_target


def test_a_number_is_standardised_on_training_rows_and_comes_back_in_its_unit():
    values = np.array([10.0, 20.0, 30.0, 1e6])
    encoding = fit_target(values, Target("regression"), every(3))
    assert (encoding.mean, encoding.low, encoding.high) == (20.0, 10.0, 30.0)
    assert encoding.spread == pytest.approx(np.sqrt(200 / 3))
    encoded = encode_target(encoding, values)
    assert encoded.dtype == np.float32
    assert encoded[:3].mean() == pytest.approx(0, abs=1e-7)
    assert decode_target(encoding, encoded) == pytest.approx(values, rel=1e-6)


def test_a_number_beyond_float32_survives():
    values = np.array([1e300, 2e300, 4e300])
    encoding = fit_target(values, Target("regression"), every(3))
    assert decode_target(encoding, encode_target(encoding, values)) == pytest.approx(values, rel=1e-6)


def test_equal_targets_have_spread_one():
    encoding = fit_target(np.full(4, 7.5), Target("regression"), every(4))
    assert (encoding.mean, encoding.spread) == (7.5, 1.0)


def test_classes_stay_codes_and_come_back_as_labels():
    encoding = fit_target(np.array([0, 1, 1]), Target("binary", ("no", "yes")), every(3))
    assert encode_target(encoding, np.array([0, 1])).dtype == np.int64
    assert decode_target(encoding, np.array([1, 0])).tolist() == ["yes", "no"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "classes", "classes": ("a",)}, "at least two labels"),
        ({"kind": "classes", "classes": ("a", "a")}, "same label"),
        ({"kind": "number", "classes": ("a", "b")}, "a number none"),
        ({"kind": "number", "spread": 0.0}, "spread is above 0"),
        ({"kind": "number", "low": 1.0}, "low not above high"),
    ],
)
def test_an_impossible_target_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        TargetEncoding(**fields)
