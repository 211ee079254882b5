"""Initializers that keep the spread of values from layer to layer: Xavier, Kaiming, LeCun.

All draw with the standard deviation σ = gain / √fan; uniform ones within ±√3·σ, which has that same deviation.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from pellucid.catalogue import Parameter, Value
from pellucid.networks.initializers.entry import Draw, Initializer
from pellucid.shapes import Array

__all__ = [
    "KAIMING_NORMAL",
    "KAIMING_UNIFORM",
    "LECUN_NORMAL",
    "LECUN_UNIFORM",
    "XAVIER_NORMAL",
    "XAVIER_UNIFORM",
    "gain_of",
]

_GAIN = Parameter(name="gain", default=1.0, meaning="factor on the standard deviation", low=0, open_low=True)
_SLOPE = Parameter(name="slope", default=0.0, meaning="leaky_relu's slope below 0")
_NONLINEARITY = Parameter(
    name="nonlinearity",
    default="relu",
    meaning="the activation that follows; sets the gain",
    kind="word",
    words=("relu", "leaky_relu", "tanh", "sigmoid", "selu", "linear"),
)
_MODE = Parameter(
    name="mode",
    default="fan_in",
    meaning="fan_in keeps the spread of outputs, fan_out that of gradients",
    kind="word",
    words=("fan_in", "fan_out"),
)


def gain_of(nonlinearity: str, slope: float) -> float:
    """What an activation takes from the spread of its inputs, as a factor to give back.

    He et al. (2015), eq. (15): √(2/(1 + slope²)) for rectifiers; 5/3 for tanh and 3/4 for selu are torch's
    ``calculate_gain``.
    """
    if nonlinearity in ("relu", "leaky_relu"):
        return math.sqrt(2.0 / (1.0 + (slope**2 if nonlinearity == "leaky_relu" else 0.0)))
    return {"tanh": 5.0 / 3.0, "selu": 0.75}.get(nonlinearity, 1.0)


def _xavier(inputs: int, outputs: int, numbers: Mapping[str, Value]) -> float:
    return float(numbers["gain"]) * math.sqrt(2.0 / (inputs + outputs))  # type: ignore[arg-type]


def _kaiming(inputs: int, outputs: int, numbers: Mapping[str, Value]) -> float:
    fan = inputs if numbers["mode"] == "fan_in" else outputs
    return gain_of(str(numbers["nonlinearity"]), float(numbers["slope"])) / math.sqrt(fan)  # type: ignore[arg-type]


def _lecun(inputs: int, outputs: int, numbers: Mapping[str, Value]) -> float:
    return float(numbers["gain"]) / math.sqrt(inputs)  # type: ignore[arg-type]


def _draws(spread: Callable[[int, int, Mapping[str, Value]], float]) -> tuple[Draw, Draw]:
    """Uniform and normal draws with the standard deviation ``spread(inputs, outputs, numbers)``."""

    def uniform(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
        bound = math.sqrt(3.0) * spread(inputs, outputs, numbers)
        return generator.uniform(-bound, bound, (inputs, outputs))

    def normal(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
        return generator.standard_normal((inputs, outputs)) * spread(inputs, outputs, numbers)

    return uniform, normal


_XAVIER_UNIFORM, _XAVIER_NORMAL = _draws(_xavier)
_KAIMING_UNIFORM, _KAIMING_NORMAL = _draws(_kaiming)
_LECUN_UNIFORM, _LECUN_NORMAL = _draws(_lecun)

_GLOROT = (
    'Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks", '
    "eq. (12) and (16)"
)
_HE = 'He et al. (2015), "Delving deep into rectifiers", eq. (10), (14)'
_LECUN = 'LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", §4.6, eq. (16)'
_FOR_TANH = "For tanh, sigmoid and other activations that are nearly linear around 0: outputs and gradients keep their "
_FOR_RELU = "For relu and its relatives, which let half of the spread through; set nonlinearity for others."
_FOR_SELU = "For selu, whose own fixed point assumes it, and for linear networks."

XAVIER_UNIFORM = Initializer(
    name="xavier_uniform",
    formula="w ~ U(±gain·√(6/(i + o))), bias 0",
    purpose=_FOR_TANH + "spread, as far as both can.",
    source=_GLOROT,
    aliases=("xavier_uniform_", "glorot_uniform"),
    parameters=(_GAIN,),
    twin="torch.nn.init.xavier_uniform_",
    weight=_XAVIER_UNIFORM,
)
XAVIER_NORMAL = Initializer(
    name="xavier_normal",
    formula="w ~ N(0, gain²·2/(i + o)), bias 0",
    purpose=_FOR_TANH + "spread, as far as both can.",
    source=_GLOROT,
    aliases=("xavier_normal_", "glorot_normal", "xavier", "glorot"),
    parameters=(_GAIN,),
    twin="torch.nn.init.xavier_normal_",
    weight=_XAVIER_NORMAL,
)
KAIMING_UNIFORM = Initializer(
    name="kaiming_uniform",
    formula="w ~ U(±gain·√(3/fan)), fan = i or o, gain = √(2/(1 + slope²)) for rectifiers, bias 0",
    purpose=_FOR_RELU,
    source=_HE,
    aliases=("kaiming_uniform_", "he_uniform"),
    parameters=(_NONLINEARITY, _SLOPE, _MODE),
    twin="torch.nn.init.kaiming_uniform_",
    weight=_KAIMING_UNIFORM,
)
KAIMING_NORMAL = Initializer(
    name="kaiming_normal",
    formula="w ~ N(0, gain²/fan), fan = i or o, gain = √(2/(1 + slope²)) for rectifiers, bias 0",
    purpose=_FOR_RELU,
    source=_HE,
    aliases=("kaiming_normal_", "he_normal", "kaiming", "he"),
    parameters=(_NONLINEARITY, _SLOPE, _MODE),
    twin="torch.nn.init.kaiming_normal_",
    weight=_KAIMING_NORMAL,
)
LECUN_UNIFORM = Initializer(
    name="lecun_uniform",
    formula="w ~ U(±gain·√(3/i)), bias 0",
    purpose=_FOR_SELU,
    source=_LECUN,
    parameters=(_GAIN,),
    weight=_LECUN_UNIFORM,
)
LECUN_NORMAL = Initializer(
    name="lecun_normal",
    formula="w ~ N(0, gain²/i), bias 0",
    purpose=_FOR_SELU,
    source=_LECUN,
    aliases=("lecun",),
    parameters=(_GAIN,),
    weight=_LECUN_NORMAL,
)
