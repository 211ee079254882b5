"""Activations, by name; each with its value and its derivative, in one file per family."""

from pellucid.activations.adaptive import ADAPTIVE_LOG_SOFTMAX
from pellucid.activations.entry import Activation, ChosenActivation, Learned, Numbers
from pellucid.activations.exponential_rectifiers import CELU, ELU, SELU
from pellucid.activations.gates import BILINEAR, GEGLU, GLU, REGLU, SWIGLU
from pellucid.activations.hard_sigmoids import HARD_SIGMOID, HARD_SWISH, HARD_TANH
from pellucid.activations.learned_rectifiers import PRELU, SRELU
from pellucid.activations.output_links import EXP, INCREASING
from pellucid.activations.random_rectifiers import RRELU
from pellucid.activations.rectifiers import IDENTITY, LEAKY_RELU, RELU, RELU6, THRESHOLD
from pellucid.activations.shrinkers import HARDSHRINK, SOFTSHRINK, TANHSHRINK
from pellucid.activations.sigmoids import LOG_SIGMOID, SIGMOID, SOFTSIGN, TANH
from pellucid.activations.smooth_rectifiers import GELU, MISH, SILU, SOFTPLUS
from pellucid.activations.softmaxes import LOG_SOFTMAX, SOFTMAX, SOFTMIN
from pellucid.activations.steps import ROUND, SIGN, STEP
from pellucid.activations.waves import GAUSSIAN, SINE
from pellucid.activations.width_changers import CRELU, MAXOUT
from pellucid.catalogue import Registry

__all__ = ["ACTIVATIONS", "Activation", "ChosenActivation", "Learned", "Numbers"]

ACTIVATIONS: Registry[Activation, ChosenActivation] = Registry(
    "activation",
    [
        IDENTITY,
        RELU,
        LEAKY_RELU,
        PRELU,
        RRELU,
        SRELU,
        CRELU,
        RELU6,
        THRESHOLD,
        ELU,
        CELU,
        SELU,
        GELU,
        SILU,
        MISH,
        HARD_SWISH,
        SOFTPLUS,
        SIGMOID,
        HARD_SIGMOID,
        TANH,
        HARD_TANH,
        SOFTSIGN,
        SOFTSHRINK,
        HARDSHRINK,
        TANHSHRINK,
        GAUSSIAN,
        SINE,
        MAXOUT,
        GLU,
        REGLU,
        GEGLU,
        SWIGLU,
        BILINEAR,
        STEP,
        SIGN,
        ROUND,
        SOFTMAX,
        LOG_SOFTMAX,
        SOFTMIN,
        LOG_SIGMOID,
        EXP,
        INCREASING,
        ADAPTIVE_LOG_SOFTMAX,
    ],
    ChosenActivation,
)
