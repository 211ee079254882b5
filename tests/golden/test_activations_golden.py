"""Published numbers of activations (EXERCISES 9), and some worked out by hand."""

import math

import pytest

from pellucid.activations import ACTIVATIONS


def test_the_derivative_of_relu_at_one_and_a_half_is_one():
    assert ACTIVATIONS("relu").derivative(1.5).item() == 1.0
    assert ACTIVATIONS("relu").derivative(0.0).item() == 0.0


def test_leaky_relu_of_minus_two():
    assert ACTIVATIONS("leaky_relu")(-2.0).item() == -0.02


def test_elu_of_four_numbers():
    values = ACTIVATIONS("elu")([1.5410, -0.2934, -2.1788, 0.5684])
    assert [round(value, 4) for value in values.tolist()] == [1.5410, -0.2543, -0.8868, 0.5684]


def test_softplus_does_not_overflow():
    assert ACTIVATIONS("softplus")(1000.0).item() == 1000.0
    assert ACTIVATIONS("softplus")(-1000.0).item() == 0.0
    assert ACTIVATIONS("softplus").derivative(1000.0).item() == 1.0


@pytest.mark.parametrize(
    ("choice", "x", "value"),
    [
        ("sigmoid", math.log(3), 0.75),
        ("tanh", math.log(2), 0.6),
        ("softplus", 0.0, math.log(2)),
        ("softplus(beta=2)", 0.0, math.log(2) / 2),
        ("log_sigmoid", -1000.0, -1000.0),
        ("hard_sigmoid", 1.5, 0.75),
        ("hard_swish", 1.5, 1.125),
        ("softsign", -3.0, -0.75),
        ("softshrink", 1.25, 0.75),
        ("hardshrink", -0.5, 0.0),
        ("celu(alpha=2)", -2 * math.log(2), -1.0),
        ("relu6", 7.0, 6.0),
        ("threshold(threshold=1, value=20)", 1.0, 20.0),
        ("srelu(lower=-1, lower_slope=0.5, upper=2, upper_slope=3)", -3.0, -2.0),
        ("srelu(lower=-1, lower_slope=0.5, upper=2, upper_slope=3)", 4.0, 8.0),
        ("round", 2.5, 2.0),
        ("step", 0.0, 1.0),
        ("gaussian", math.sqrt(math.log(2)), 0.5),
    ],
)
def test_values_by_hand(choice, x, value):
    assert ACTIVATIONS(choice)(x).item() == pytest.approx(value, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize(
    ("choice", "x", "values"),
    [
        ("crelu", [1.0, -2.0], [1.0, 0.0, 0.0, 2.0]),
        ("maxout", [1.0, -2.0, 0.0, 5.0], [1.0, 5.0]),
        ("glu", [4.0, 8.0, 0.0, math.log(3)], [2.0, 6.0]),
        ("reglu", [4.0, 8.0, -1.0, 3.0], [0.0, 24.0]),
        ("bilinear", [4.0, 8.0, -1.0, 3.0], [-4.0, 24.0]),
        ("softmax", [0.0, math.log(2), math.log(5)], [1 / 8, 2 / 8, 5 / 8]),
        ("softmin", [0.0, -math.log(3)], [0.25, 0.75]),
        ("increasing", [-1.0, 0.0, 0.0], [-1.0, -1.0 + math.log(2), -1.0 + 2 * math.log(2)]),
    ],
)
def test_rows_by_hand(choice, x, values):
    assert ACTIVATIONS(choice)(x).tolist() == pytest.approx(values, rel=1e-14)


def test_of_equal_pieces_the_first_gets_maxouts_gradient():
    assert ACTIVATIONS("maxout(pieces=3)").derivative([1.0, 2.0, 2.0]).tolist() == [0.0, 1.0, 0.0]
