"""Linear, logarithmic, exponential and power regression: one linear model of numbers in another form (exercise 16)."""

import numpy as np
import pytest

from pellucid.encoding import Preparation, decode_target, encode, encode_target, fit_encoding, fit_target
from pellucid.tables import decide_columns, decide_target, read_table, target_values

X = np.exp(np.linspace(np.log(0.5), np.log(20.0), 60))
PLANTED = (1.5, -0.7)

# Each regression: y of x with the planted a and b, and the re-expressions of x and of y that make it a line.
REGRESSIONS = {
    "linear": (lambda x, a, b: a + b * x, "none", "none"),
    "logarithmic": (lambda x, a, b: a + b * np.log(x), "log", "none"),
    "exponential": (lambda x, a, b: np.exp(a + b * x), "none", "log"),
    "power": (lambda x, a, b: np.exp(a) * x**b, "log", "log"),
}


def fitted_line(name, *, plain):
    """Intercept and slope of the encoded target on the encoded column, and predictions in the user's unit."""
    rule, of_x, of_y = REGRESSIONS[name]
    of_x, of_y = (f"{each}(standardize=false)" if plain and each == "log" else each for each in (of_x, of_y))
    table = read_table({"x": X, "y": rule(X, *PLANTED)})
    decisions, _ = decide_columns(table, "y")
    target = decide_target(table.column("y"))
    values = target_values(table.column("y"), target)
    rows = np.arange(0, 60, 2)
    encoding = fit_encoding(table, decisions, Preparation(scaling="none", express={"x": of_x}), rows)
    goal = fit_target(values, target, rows, expression=of_y)
    inputs = np.c_[np.ones(60), encode(encoding, table).numbers.astype(np.float64)]
    line, *_ = np.linalg.lstsq(inputs[rows], encode_target(goal, values)[rows].astype(np.float64))
    return line, decode_target(goal, inputs @ line), values


@pytest.mark.parametrize("name", REGRESSIONS)
def test_least_squares_on_re_expressed_numbers_finds_the_planted_coefficients(name):
    line, _, _ = fitted_line(name, plain=True)
    # Encoded columns are float32: seven digits.
    assert line == pytest.approx(PLANTED, abs=2e-6)


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("name", REGRESSIONS)
def test_predictions_come_back_in_the_users_unit_standardised_or_not(name, plain):
    _, predictions, values = fitted_line(name, plain=plain)
    np.testing.assert_allclose(predictions, values, rtol=2e-5, atol=2e-5)


def test_the_wrong_form_does_not_fit():
    _, predictions, values = fitted_line("exponential", plain=True)
    assert np.abs(predictions - values).max() < 1e-4
    straight = np.polyval(np.polyfit(X, values, 1), X)
    assert np.abs(straight - values).max() > 1
