"""Networks that a stranger may describe: read from JSON as a model file is, and checked before anything is computed."""

import msgspec
import numpy as np
import pytest
from made_up_networks import made_up_network, made_up_parameters, made_up_rows

from pellucid.models import Predictor
from pellucid.models.consistency import check_network
from pellucid.records import NetworkSpec


class Encoding:
    """As much of a table's encoding as a network is compared with."""

    numeric, passed, categories = 5, 3, (9, 30)


def plain(network):
    return msgspec.json.decode(msgspec.json.encode(network))


def check(layers, outputs):
    network = msgspec.json.decode(msgspec.json.encode({"layers": layers}), type=NetworkSpec)
    check_network(network, Encoding(), outputs)
    return network


HONEST = {
    "every number": made_up_network(activation="srelu", norm="batch_norm", outputs=2),
    "halves": made_up_network(activation="glu", norm="layer_norm", outputs=2),
    "pieces": made_up_network(activation="maxout(pieces=3)", outputs=2),
    "a word": made_up_network(activation="gelu_tanh", outputs=2),
    "a link": made_up_network(outputs=2, end="softmax"),
    "thresholds": made_up_network(outputs=2, end="thresholds"),
    "adaptive": made_up_network(outputs=2, end="adaptive"),
    "random slopes": made_up_network(activation="rrelu", outputs=2),
}


@pytest.mark.parametrize("case", HONEST)
def test_an_honest_network_comes_through_json_and_predicts(case):
    network = check(plain(HONEST[case])["layers"], HONEST[case].outputs)
    assert network == HONEST[case]
    numbers, codes = made_up_rows(network, 5)
    outputs = Predictor(network, made_up_parameters(network, 1)).predict(numbers, codes)
    assert outputs.shape == (1, 5, network.outputs)
    assert np.isfinite(outputs).all()


def layer(kind, number=0):
    """The n-th layer of a kind, to be changed."""
    return lambda layers: [each for each in layers if each["layer"] == kind][number]


ACTIVATION, NORM, ADAPTIVE, THRESHOLDS = (layer(kind) for kind in ("activation", "norm", "adaptive", "thresholds"))
LIES = {
    "an unknown name": ("a word", ACTIVATION, {"name": "eval"}, "no activation 'eval'"),
    "an alias": ("a word", ACTIVATION, {"name": "GELU"}, "no activation 'GELU'"),
    "numbers that are missing": ("random slopes", ACTIVATION, {"numbers": {"low": 0.1}}, "lacks high"),
    "no numbers": ("a word", ACTIVATION, {"numbers": {}}, "the activation gelu of layer 3 lacks approximate"),
    "a number too many": (
        "random slopes",
        ACTIVATION,
        {"numbers": {"low": 0.1, "high": 0.2, "x": 1.0}},
        "has no 'x'",
    ),
    "a number out of range": (
        "random slopes",
        ACTIVATION,
        {"numbers": {"low": 0.1, "high": 2.0}},
        "rrelu needs 0 ≤ high ≤ 1",
    ),
    "bounds that cross": (
        "random slopes",
        ACTIVATION,
        {"numbers": {"low": 0.5, "high": 0.2}},
        "rrelu needs low ≤ high",
    ),
    "a number that is a word": ("random slopes", ACTIVATION, {"numbers": {"low": "0", "high": 0.5}}, "needs 0 ≤ low"),
    "a number that is true": ("random slopes", ACTIVATION, {"numbers": {"low": True, "high": 0.5}}, "needs 0 ≤ low"),
    "a number that is whole": ("random slopes", ACTIVATION, {"numbers": {"low": 0, "high": 0.5}}, "of another type"),
    "a number that is a list": ("random slopes", ACTIVATION, {"numbers": {"low": [0.1], "high": 0.5}}, "needs 0 ≤ low"),
    "an unknown word": ("a word", ACTIVATION, {"numbers": {"approximate": "sin"}}, "Did you mean|Known: none, tanh"),
    "another learned number": ("every number", ACTIVATION, {"learned": ["hook"]}, "learns other numbers than hook"),
    "learned numbers in another order": (
        "every number",
        ACTIVATION,
        {"learned": ["lower_gain", "lower_threshold", "upper_threshold", "upper_gain"]},
        "learns other numbers",
    ),
    "nothing learned": ("every number", ACTIVATION, {"learned": []}, "learns other numbers than none"),
    "a learned number of one that learns none": ("a word", ACTIVATION, {"learned": ["weight"]}, "learns other numbers"),
    "another result": ("halves", ACTIVATION, {"result": 128}, "layer 4 gives 64 values, not 128"),
    "a negative result": ("halves", ACTIVATION, {"result": -64}, "layer 4 gives 64 values"),
    "no result": ("halves", ACTIVATION, {"result": 0}, "layer 4 gives 64 values, not 128"),
    "a result of one that keeps the width": ("a word", ACTIVATION, {"result": 7}, "layer 3 gives 64 values, not 7"),
    "another width": ("halves", ACTIVATION, {"width": 127}, "takes 127 values but gets 128"),
    "other pieces": (
        "pieces",
        ACTIVATION,
        {"numbers": {"pieces": 5}},
        "maxout of layer 3 gets 192 values do not divide by 5",
    ),
    "pieces without end": ("pieces", ACTIVATION, {"numbers": {"pieces": 2**62}}, "pieces whole ≤ 64"),
    "no pieces": ("pieces", ACTIVATION, {"numbers": {"pieces": 0}}, "2 ≤ pieces"),
    "broken pieces": ("pieces", ACTIVATION, {"numbers": {"pieces": 3.0}}, "pieces whole"),
    "a mixture of unequal widths": ("halves", ACTIVATION, {"parametric": True}, "glu cannot be mixed"),
    "eps of 0": ("halves", NORM, {"eps": 0.0}, "eps 0, which must be above 0"),
    "a negative eps": ("every number", NORM, {"eps": -1.0}, "eps -1, which must be above 0"),
    "another norm": ("halves", NORM, {"kind": "group_norm"}, "Invalid enum value 'group_norm'"),
    "a norm of another width": ("halves", NORM, {"width": 5}, "layer 3 takes 5 values but gets 128"),
    "thresholds without end": ("thresholds", THRESHOLDS, {"count": 2**60}, "has 1.152.921.504.606.846.976 units"),
    "no thresholds": ("thresholds", THRESHOLDS, {"count": 0}, "has 0 units"),
    "a head without end": ("adaptive", ADAPTIVE, {"head": 2**62}, "impossible size"),
    "a negative cluster": ("adaptive", ADAPTIVE, {"clusters": [-5, 17]}, "impossible size"),
    "a projection to nothing": ("adaptive", ADAPTIVE, {"projections": [0, 2]}, "impossible size"),
    "a cluster without projection": ("adaptive", ADAPTIVE, {"projections": [9]}, "a projection for each"),
    "clusters without end": (
        "adaptive",
        ADAPTIVE,
        {"clusters": [1] * 5000, "projections": [1] * 5000},
        "1 to 1000 clusters",
    ),
    "an adaptive layer of another width": ("adaptive", ADAPTIVE, {"inputs": 5}, "takes 5 values but gets 48"),
}


@pytest.mark.parametrize("case", LIES)
def test_a_network_that_does_not_hold_together_is_refused(case):
    honest, find, change, message = LIES[case]
    layers = plain(HONEST[honest])["layers"]
    find(layers).update(change)
    with pytest.raises((ValueError, msgspec.ValidationError), match=message):
        check(layers, HONEST[honest].outputs)


def test_thresholds_need_one_score():
    layers = plain(made_up_network(outputs=4))["layers"]
    with pytest.raises(ValueError, match="layer 9 takes 1 values but gets 4"):
        check([*layers, {"layer": "thresholds", "count": 4}], 4)


def test_a_network_ends_in_something_that_can_be_an_output():
    layers = plain(made_up_network(outputs=4))["layers"]
    with pytest.raises(ValueError, match="the last layer is neither linear"):
        check([*layers, {"layer": "dropout", "width": 4}], 4)


def test_a_network_has_a_linear_layer():
    features = plain(made_up_network())["layers"][0]
    width = made_up_network().layers[0].outputs
    with pytest.raises(ValueError, match="without a linear layer"):
        check([features, {"layer": "activation", "name": "relu", "width": width}], width)


def test_an_adaptive_link_goes_with_its_scores():
    layers = plain(made_up_network(outputs=4, end="adaptive"))["layers"]
    link = {"layer": "activation", "name": "adaptive_log_softmax", "width": 28, "result": 26}
    check([*layers, {**link, "numbers": {"head": 4, "clusters": [5.0, 17.0]}}], 26)
    for numbers, message in (
        ({"head": 5, "clusters": [5.0, 17.0]}, "28 values where its head and clusters have 29 scores"),
        ({"head": 4, "clusters": [5.5, 17.0]}, r"clusters of whole numbers of classes, found 5\.5"),
        ({"head": 4, "clusters": []}, "at least one cluster"),
        ({"head": 4, "clusters": 22.0}, "of another type"),
    ):
        with pytest.raises(ValueError, match=message):
            check([*layers, {**link, "numbers": numbers}], 26)
