import math

import numpy as np
import pytest
import torch

from pellucid.activations import ACTIVATIONS as TRAINED
from pellucid.models.activations import ACTIVATIONS, as_float32
from pellucid.models.erf import erf
from pellucid.records.activations import LEARNED_NUMBERS

POINTS = np.concatenate([np.linspace(-12, 12, 4802), [-1e4, -200, -90, 90, 200, 1e4], np.geomspace(1e-30, 1e-2, 30)])
OTHERS = (
    "leaky_relu(slope=0.3)",
    "rrelu(low=0, high=0.5)",
    "threshold(threshold=1, value=3)",
    "elu(alpha=2)",
    "celu(alpha=0.3)",
    "gelu_tanh",
    "softplus(beta=3, threshold=5)",
    "hard_tanh(low=-3, high=0.5)",
    "softshrink(threshold=1.5)",
    "hardshrink(threshold=1.5)",
    "sine(frequency=2.5)",
    "maxout(pieces=4)",
    "exp(limit=2)",
    "adaptive_log_softmax(head=4, clusters=[2, 5])",
)
CHOICES = {str(chosen): chosen for chosen in map(TRAINED, (*TRAINED.names(), *OTHERS))}
every_choice = pytest.mark.parametrize("chosen", CHOICES.values(), ids=list(CHOICES))


def a_block(chosen):
    """A block ``[2, t, i, 16]`` of all points, of a width that suits."""
    numbers = chosen.numbers
    width = int(numbers["head"] + len(numbers["clusters"]) + sum(numbers["clusters"])) if "clusters" in numbers else 12
    draw = np.random.default_rng(1)
    points = np.concatenate([draw.permutation(POINTS) for _ in range(4)]).astype(np.float32)
    return points[: len(points) // (32 * width) * 32 * width].reshape(2, -1, width, 16)


def learned_numbers(chosen, width):
    draw = np.random.default_rng(2)
    names = LEARNED_NUMBERS.get(chosen.name, ())
    return {name: draw.normal(size=(2, 1, width, 1)).astype(np.float32) for name in names}


def exact(chosen, block):
    """What the registry of training says in float64, units last there."""
    numbers = chosen.own_numbers
    for name, values in learned_numbers(chosen, block.shape[2]).items():
        numbers[name] = torch.as_tensor(values[..., 0].astype(np.float64))
    rows = torch.as_tensor(block.astype(np.float64)).permute(0, 1, 3, 2).flatten(1, 2)
    value = chosen.entry.value(rows, numbers)
    return value.unflatten(1, (-1, 16)).permute(0, 1, 3, 2).numpy()


def test_every_registered_activation_has_a_twin():
    assert set(ACTIVATIONS) == set(TRAINED.names())


@every_choice
def test_a_twin_is_the_activation_to_float32_accuracy(chosen):
    block = a_block(chosen)
    numbers = {**as_float32(chosen.numbers), **learned_numbers(chosen, block.shape[2])}
    value = ACTIVATIONS[chosen.name].value(block.copy(), numbers)
    assert value.dtype == np.float32
    expected = exact(chosen, block)
    assert value.shape == expected.shape
    # A sum is as accurate as its largest term, a product as what is multiplied, a sine as its angle.
    size = 1.0
    if chosen.name in ("increasing", "srelu"):
        size = np.abs(block).max()
    elif chosen.name.endswith("glu"):
        size = np.maximum(np.abs(block[:, :, :6]), 1.0)
    elif chosen.name == "sine":
        near = np.abs(block) < 13
        value, expected, size = value[near], expected[near], 20.0
    assert (np.abs(value - expected) <= 2e-6 * np.abs(expected) + 1e-6 * size).all()


@every_choice
def test_a_twin_leaves_its_argument_alone(chosen):
    block = a_block(chosen)
    kept = block.copy()
    ACTIVATIONS[chosen.name].value(block, {**as_float32(chosen.numbers), **learned_numbers(chosen, block.shape[2])})
    assert (block == kept).all()


@every_choice
def test_a_twin_knows_its_widths(chosen):
    twin, entry = ACTIVATIONS[chosen.name], chosen.entry
    assert twin.true_widths == (entry.rowwise or entry.gives is not None)
    assert (twin.gives is None) == (entry.gives is None)
    if twin.gives:
        width = a_block(chosen).shape[2]
        assert twin.gives(width, chosen.numbers) == entry.gives(width, chosen.numbers)


@pytest.mark.parametrize("choice", ["glu", "reglu", "maxout", "adaptive_log_softmax"])
def test_a_width_that_does_not_fit_is_refused(choice):
    with pytest.raises(ValueError, match=r"values (do not divide|where its head and clusters have)"):
        ACTIVATIONS[choice].gives(13, TRAINED(choice).numbers)


def test_erf_is_the_error_function():
    x = np.linspace(-6, 6, 100_001).astype(np.float32)
    expected = np.array([math.erf(float(value)) for value in x])
    assert np.abs(erf(x) - expected).max() <= 4e-7
    assert erf(np.array([0.0], dtype=np.float32))[0] == 0.0
