"""A row's prediction is the same bits whatever the batch size, the order and the company; float32."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_networks import made_up_network, made_up_parameters, made_up_rows
from threadpoolctl import threadpool_limits

from pellucid.models.activations import ACTIVATIONS
from pellucid.models.predictor import Predictor

# Widths on both sides of every multiple of 16, sums long enough to be cut up, and no hidden layer at all.
NETWORKS = {
    "plain": made_up_network(frequencies=0, embedding_size=1, categories=(), category_size=0),
    "embedded": made_up_network(),
    "odd widths": made_up_network(numeric=3, passed=1, hidden=(15, 17, 33), outputs=5),
    "long sums": made_up_network(numeric=40, frequencies=20, hidden=(2100, 7), activation="relu", outputs=26),
    "wide": made_up_network(hidden=(256, 512, 256), activation="silu", outputs=3),
    "linear": made_up_network(hidden=(), outputs=2),
    "codes only": made_up_network(numeric=0, passed=0, categories=(4,), hidden=(16,), activation="sigmoid"),
    "batch norm": made_up_network(hidden=(33, 20), norm="batch_norm", activation="prelu", outputs=2),
    "layer norm": made_up_network(hidden=(33, 250), norm="layer_norm", activation="softplus(beta=2)", outputs=2),
    "halved widths": made_up_network(hidden=(21, 40), activation="swiglu", outputs=2),
    "doubled widths": made_up_network(hidden=(21, 40), activation="crelu", norm="layer_norm", outputs=2),
    "probabilities": made_up_network(activation="srelu", outputs=70, end="softmax"),
    "log-probabilities": made_up_network(activation="maxout(pieces=3)", outputs=7, end="log_softmax"),
    "quantiles": made_up_network(activation="rrelu", outputs=9, end="increasing"),
    "thresholds": made_up_network(activation="sine(frequency=3)", outputs=21, end="thresholds"),
    "adaptive": made_up_network(activation="gelu_tanh", outputs=30, end="adaptive"),
    "no hidden layer": made_up_network(hidden=(), outputs=30, end="adaptive"),
}
ROWS = 200
# An adaptive softmax's width follows from its classes.
HIDDEN = ACTIVATIONS.keys() - {"adaptive_log_softmax"}


def same_bits(a, b):
    return a.tobytes() == np.ascontiguousarray(b).tobytes()


@pytest.fixture(params=NETWORKS, name="case")
def _case(request):
    network = NETWORKS[request.param]
    predictor = Predictor(network, made_up_parameters(network, members=3))
    numbers, codes = made_up_rows(network, ROWS)
    return predictor, numbers, codes, predictor.predict(numbers, codes)


def test_a_row_alone_is_predicted_as_in_the_batch(case):
    predictor, numbers, codes, whole = case
    for row in range(0, ROWS, 5):
        assert same_bits(predictor.predict(numbers[[row]], codes[[row]]), whole[:, [row]])


@pytest.mark.parametrize("size", [2, 15, 16, 17, 63, 64, 65, 128, 199])
def test_the_batch_size_changes_no_bit(case, size):
    predictor, numbers, codes, whole = case
    parts = [predictor.predict(numbers[at : at + size], codes[at : at + size]) for at in range(0, ROWS, size)]
    assert same_bits(np.concatenate(parts, axis=1), whole)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_changes_no_bit(case, seed):
    predictor, numbers, codes, whole = case
    order = np.random.default_rng(seed).permutation(ROWS)
    assert same_bits(predictor.predict(numbers[order], codes[order]), whole[:, order])


def test_the_company_changes_no_bit(case):
    predictor, numbers, codes, whole = case
    numbers = numbers.copy()
    numbers[1::2] = 1e30  # neighbours that overflow
    assert same_bits(predictor.predict(numbers, codes)[:, ::2], whole[:, ::2])


def test_the_number_of_threads_changes_no_bit(case):
    predictor, numbers, codes, whole = case
    for threads in (1, 2):
        with threadpool_limits(threads):
            assert same_bits(predictor.predict(numbers, codes), whole)


@pytest.mark.parametrize("activation", sorted(HIDDEN))
def test_every_activation_keeps_the_law(activation):
    network = made_up_network(activation=activation)
    predictor = Predictor(network, made_up_parameters(network, members=2))
    numbers, codes = made_up_rows(network, 100, seed=1)
    whole = predictor.predict(numbers, codes)
    order = np.random.default_rng(2).permutation(100)
    assert same_bits(predictor.predict(numbers[order], codes[order]), whole[:, order])
    assert same_bits(predictor.predict(numbers[[70]], codes[[70]]), whole[:, [70]])


@pytest.mark.parametrize("network", NETWORKS.values(), ids=list(NETWORKS))
def test_members_are_predicted_together_as_alone(network):
    parameters = made_up_parameters(network, members=3)
    numbers, codes = made_up_rows(network, 70)
    whole = Predictor(network, parameters).predict(numbers, codes)
    for member in range(3):
        alone = Predictor(network, {name: value[[member]] for name, value in parameters.items()})
        assert same_bits(alone.predict(numbers, codes), whole[[member]])


@given(
    hidden=st.lists(st.integers(1, 40), max_size=3),
    numeric=st.integers(0, 6),
    passed=st.integers(1, 5),
    frequencies=st.sampled_from([0, 1, 7, 16]),
    outputs=st.integers(1, 20),
    activation=st.sampled_from(sorted(HIDDEN)),
    norm=st.sampled_from([None, "batch_norm", "layer_norm"]),
    end=st.sampled_from(["identity", "thresholds", "adaptive", "softmax", "glu", "increasing"]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None)
def test_any_network_keeps_the_law(hidden, numeric, passed, frequencies, outputs, activation, norm, end, seed):
    network = made_up_network(
        numeric=numeric,
        passed=passed,
        frequencies=frequencies,
        hidden=tuple(hidden),
        outputs=outputs,
        activation=activation,
        norm=norm,
        end=end,
    )
    predictor = Predictor(network, made_up_parameters(network, members=2, seed=seed))
    numbers, codes = made_up_rows(network, 75, seed)
    whole = predictor.predict(numbers, codes)
    order = np.random.default_rng(seed).permutation(75)
    assert same_bits(predictor.predict(numbers[order], codes[order]), whole[:, order])
    assert same_bits(predictor.predict(numbers[[3]], codes[[3]]), whole[:, [3]])
