"""Derivatives written by hand against the pass: the first wrong one is named, with what has likely gone wrong."""

import re

import numpy as np
import pytest
import torch
from torch import nn

import pellucid as pl
from pellucid.errors import UsageError
from pellucid.explain.quantities import canonical

check = pl.explain.check_gradients
EXERCISE = pl.explain.parse_network("5-3-2-1", activation="relu", weights=2.0, bias=False)
FIVE = [[5.0, 4.0, 1.0, 3.0, 2.0]]


def exercise_7(p, X, y, derivative=lambda a: a > 0):
    """Backpropagation as somebody wrote it; activations are given to the derivative."""
    a1 = np.maximum(X @ p["W1"], 0)
    a2 = np.maximum(a1 @ p["W2"], 0)
    output = 1 / (1 + np.exp(-a2 @ p["W3"]))
    d3 = output - y.reshape(-1, 1)
    d2 = (d3 @ p["W3"].T) * derivative(a2)
    d1 = (d2 @ p["W2"].T) * derivative(a1)
    return {"dW1": X.T @ d1, "dW2": a1.T @ d2, "dW3": a2.T @ d3}


def test_exercise_7_done_right_is_right():
    report = check(exercise_7, EXERCISE, FIVE, [1], loss="bce")
    assert report
    assert report.finding is None
    assert str(report) == "3 gradients compared at 5 points: all are right."


def test_exercise_7_a_relu_derivative_that_asks_the_activation_for_at_least_0_is_found():
    report = check(lambda p, X, y: exercise_7(p, X, y, lambda a: a >= 0), EXERCISE, FIVE, [1], loss="bce")
    assert not report
    first = report.first
    # At the exercise's own weights every unit is on and nothing is wrong; elsewhere units are off.
    assert first.name == "dW2"
    assert "seed" in first.where
    assert "tests the activation with ≥ 0" in first.cause
    assert (report.finding.code, report.finding.slug) == ("G212", "wrong-hand-gradient")
    assert str(report).startswith(
        "G212 wrong-hand-gradient\n  dW2 (∂L/∂W^(2)) is wrong at weights and rows drawn by seed "
    )


def rows(n=7):
    draw = np.random.default_rng(1)
    return draw.normal(size=(n, 4)), draw.normal(size=n)


NETWORK = pl.explain.parse_network("4-3-1", activation="tanh")


def tanh_network(p, X, y):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.tanh(z1)
    z2 = a1 @ p["W2"] + p["b2"]
    dz2 = 2 * (z2 - y.reshape(-1, 1)) / len(X)
    dz1 = (dz2 @ p["W2"].T) * (1 - a1**2)
    found = {"W2": a1.T @ dz2, "b2": dz2.sum(0), "W1": X.T @ dz1, "b1": dz1.sum(0), "z2": dz2, "z1": dz1}
    return found | {"a1": dz2 @ p["W2"].T, "x": dz1 @ p["W1"].T}


def changed(change):
    """The same with a mistake: ``change(found, p, X, y)``."""

    def backward(p, X, y):
        found = tanh_network(p, X, y)
        change(found, p, X, y)
        return found

    return check(backward, NETWORK, *rows(), loss="mse")


def test_every_quantity_done_right_is_right():
    report = check(tanh_network, NETWORK, *rows(), loss="mse")
    assert report, report
    assert [verdict.name for verdict in report.verdicts] == ["z2", "W2", "b2", "a1", "z1", "W1", "b1", "x"]
    assert report.missing == ()


def put(name, value):
    return lambda found, p, X, y: found.update({name: value(found, p, X, y)})


def slope_at_activation(found, p, X, y):
    a1 = np.tanh(X @ p["W1"] + p["b1"])
    found["z1"] = found["a1"] * (1 - np.tanh(a1) ** 2)


def slope_of_sum(found, p, X, y):
    found["z1"] = found["a1"] * (1 - (X @ p["W1"] + p["b1"]) ** 2)


@pytest.mark.parametrize(
    ("change", "name", "cause"),
    [
        (put("W2", lambda f, *_: -f["W2"]), "W2", "The sign is wrong"),
        (put("W1", lambda f, *_: f["W1"] * 7), "W1", "It is 7 times too large: the loss is the mean over 7 rows"),
        (put("b1", lambda f, *_: f["b1"] / 7), "b1", "It is 7 times too small"),
        (put("W2", lambda f, *_: f["W2"] / 2), "W2", r"All of it is 0\.5 times the right gradient"),
        (put("z1", lambda f, *_: f["a1"]), "z1", "The derivative of tanh is missing"),
        (put("W1", lambda f, p, X, y: X.T @ f["a1"]), "W1", "The derivative of tanh is missing"),
        (put("b1", lambda f, *_: f["a1"].sum(0)), "b1", "The derivative of tanh is missing"),
        (slope_at_activation, "z1", "The derivative of tanh is taken at the activation"),
        (slope_of_sum, "z1", "is written in terms of its value, and was given the sum"),
        (put("W1", lambda f, *_: f["W1"].T), "W1", "It is transposed"),
        (put("b1", lambda f, *_: f["z1"]), "b1", r"Its shape is \[7, 3\], and \[3\] is right\. Sum it over the 7 rows"),
        (put("W1", lambda f, *_: np.zeros((2, 2))), "W1", r"Its shape is \[2, 2\], and \[4, 3\] is right"),
        (put("W1", lambda f, *_: f["W1"] * np.nan), "W1", "It is not finite"),
        (put("W1", lambda f, *_: f["W1"] * 0), "W1", "It is 0 everywhere"),
        (put("W1", lambda f, *_: "no array"), "W1", "It is no array of real numbers: str"),
        (put("W1", lambda f, *_: [[1], [2, 3]]), "W1", "It is no array of real numbers: list"),
        (put("b1", lambda f, *_: f["b1"] ** 2 + 1), "b1", "No well-known mistake gives these numbers"),
    ],
)
def test_the_first_wrong_one_is_named_with_its_likely_cause(change, name, cause):
    report = changed(change)
    assert not report
    assert report.first.name == name
    assert re.search(cause, report.first.cause), report.first.cause
    assert report.first.cause in str(report)


def test_what_follows_from_the_first_is_counted():
    def backward(p, X, y):
        found = tanh_network(p, X, y)
        return {name: -array for name, array in found.items()}

    report = check(backward, NETWORK, *rows(), loss="mse")
    assert report.first.name == "z2"
    assert "7 further gradients are wrong too, which may follow from this one." in str(report)


def test_slopes_of_rows_may_come_without_the_mean():
    report = changed(put("z1", lambda f, p, X, y: f["z1"] * 7))
    assert report


def test_a_mapping_is_compared_at_the_given_point():
    x, y = rows(3)
    module = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    loss = nn.MSELoss()(module(torch.as_tensor(x))[:, 0], torch.as_tensor(y))
    loss.backward()
    theirs = {name: each.grad for name, each in module.named_parameters()}
    report = check(theirs, module, x, y, loss="mse")
    assert report, report
    assert len(report.verdicts) == 4
    theirs["2.weight"] = theirs["2.weight"] * 2
    report = check(theirs, module, x, y, loss="mse")
    assert report.first.name == "2.weight"
    assert report.first.where == "the given point"


def test_square_weights_in_the_other_layout_are_transposed():
    network = pl.explain.parse_network("3-3-1", activation="tanh")
    x, y = np.random.default_rng(0).normal(size=(5, 3)), np.arange(5.0)

    def backward(p, X, y):
        found = tanh_network(p, X, y)
        return {"W1": found["W1"].T}

    assert "transposed" in check(backward, network, x, y, loss="mse").first.cause


def test_weights_may_be_laid_out_as_pytorch_has_them():
    def backward(p, X, y):
        found = tanh_network({"W1": p["W1"].T, "W2": p["W2"].T, "b1": p["b1"], "b2": p["b2"]}, X, y)
        return {"W1": found["W1"].T, "W2": found["W2"].T}

    assert check(backward, NETWORK, *rows(), loss="mse", layout="oi")


def test_names_that_mean_nothing_are_listed_and_what_is_missing_too():
    report = changed(lambda found, *_: (found.pop("b1"), found.update(momentum=1)))
    assert report.unknown == ("momentum",)
    assert report.missing == ("db1",)
    assert "Not given: db1." in str(report)
    assert "Not known here: momentum." in str(report)


@pytest.mark.parametrize(
    ("mine", "match"),
    [
        ({"dV9": 1}, r"None of dV9 is a gradient of this network.*Known: dz2, dW2, db2"),
        ({}, r"None of the names \(there are none\)"),
        (lambda p, X, y: 3, r"Your function returned int; it must return gradients by name, such as \{'dW1': …"),
        (lambda p, X, y: p["W9"], r"Your function raised KeyError: 'W9'.*W1 \[4, 3\], b1 \[3\]"),
        (max, r"Your function raised TypeError"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(mine, match):
    with pytest.raises(UsageError, match=match):
        check(mine, NETWORK, *rows(), loss="mse")


def test_another_layout_is_refused():
    with pytest.raises(UsageError, match="layout is 'io'"):
        check({"W1": 0}, NETWORK, *rows(), loss="mse", layout="xy")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("W1", ("w", 1)),
        ("dW12", ("w", 12)),
        ("grad_W_2", ("w", 2)),
        ("∂L/∂W^(2)", ("w", 2)),
        ("dL_dW1", ("w", 1)),
        ("weights2", ("w", 2)),
        ("db3", ("b", 3)),
        ("bias_gradient", ("bias_gradient", 0)),
        ("delta2", ("z", 2)),
        ("δ2", ("z", 2)),
        ("dz1", ("z", 1)),
        ("dh1", ("a", 1)),
        ("dx", ("x", 0)),
        ("W", ("w", 1)),
        ("momentum", ("momentum", 0)),
    ],
)
def test_names_are_read_as_people_write_them(name, key):
    assert canonical(name) == key


def test_the_functions_own_arrays_cannot_disturb_the_check():
    def backward(p, X, y):
        found = tanh_network(p, X, y)
        for array in p.values():
            array[:] = 0
        X[:] = 0
        return found

    assert check(backward, NETWORK, *rows(), loss="mse")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("sigmoid", lambda a: a * (1 - a)),
        ("sigmoid_derivative", lambda z: sigmoid(z) * (1 - sigmoid(z))),
        ("d_tanh", lambda a: 1 - a**2),
        ("tanh_prime", lambda z: 1 - np.tanh(z) ** 2),
        ("relu", lambda a: a > 0),
        ("ReLU_grad", lambda z: (z > 0).astype(float)),
        ("leaky_relu", lambda z: np.where(z > 0, 1, 0.01)),
        ("identity", lambda z: 1),
    ],
)
def test_derivatives_of_activations_may_be_given_the_sum_or_the_activation(name, function):
    assert check({name: function})


@pytest.mark.parametrize(
    ("name", "function", "cause"),
    [
        ("relu_derivative", lambda a: (a >= 0).astype(float), "test with > 0"),
        ("sigmoid", lambda a: a * (a - 1), "The sign is wrong"),
        ("sigmoid", sigmoid, "It is sigmoid itself"),
        ("tanh", lambda a: 1 - a, r"The derivative of tanh is 1 − y²"),
        ("gelu", lambda z: z > 0, "The derivative of gelu is Φ"),
    ],
)
def test_a_wrong_derivative_of_an_activation_is_found(name, function, cause):
    report = check({name: function})
    assert not report
    assert re.search(cause, report.first.cause), report.first.cause
    assert report.finding.code == "G212"
    assert f"{name} (" in str(report)


@pytest.mark.parametrize(
    ("functions", "match"),
    [
        ({"wibble": np.sin}, "'wibble' names no activation"),
        ({"softmax": np.sin}, "softmax looks at a whole row"),
        ({"tanh": lambda: 1}, "The derivative of tanh raised TypeError"),
        ({"tanh": lambda z: np.zeros((3, 3))}, "The derivative of tanh raised ValueError"),
    ],
)
def test_functions_that_cannot_be_judged_are_refused(functions, match):
    with pytest.raises(UsageError, match=match):
        check(functions)
