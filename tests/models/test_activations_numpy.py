import math

import numpy as np
import pytest

from pellucid.models.activations import ACTIVATIONS
from pellucid.models.erf import erf

# Exact values in float64, straight from the definitions; wide enough for overflow, fine enough near zero.
POINTS = np.concatenate([np.linspace(-12, 12, 4801), [-1e4, -200, -90, 90, 200, 1e4], np.geomspace(1e-30, 1e-2, 30)])


def log1p_exp(x):
    return max(x, 0) + math.log1p(math.exp(-abs(x)))


EXACT = {
    "identity": lambda x: x,
    "relu": lambda x: max(x, 0.0),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "tanh": math.tanh,
    "sigmoid": lambda x: 0.5 * (1 + math.tanh(x / 2)),
    "gelu": lambda x: x * 0.5 * math.erfc(-x / math.sqrt(2)),
    "silu": lambda x: x * 0.5 * (1 + math.tanh(x / 2)),
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)),
    "mish": lambda x: x * math.tanh(log1p_exp(x)),
}


def test_every_activation_has_an_exact_twin():
    assert EXACT.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_its_definition_to_float32_accuracy(name):
    x = POINTS.astype(np.float32)
    exact = np.array([EXACT[name](float(value)) for value in x])
    value = ACTIVATIONS[name](x.copy())
    assert value.dtype == np.float32
    assert value == pytest.approx(exact, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_leaves_its_argument_alone(name):
    x = np.linspace(-3, 3, 64, dtype=np.float32)
    ACTIVATIONS[name](x)
    assert (x == np.linspace(-3, 3, 64, dtype=np.float32)).all()


def test_erf_is_the_error_function():
    x = np.linspace(-6, 6, 100_001).astype(np.float32)
    exact = np.array([math.erf(float(value)) for value in x])
    assert np.abs(erf(x) - exact).max() <= 4e-7
    assert erf(np.array([0.0], dtype=np.float32))[0] == 0.0
