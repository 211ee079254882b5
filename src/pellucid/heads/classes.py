"""Heads of exclusive classes: their predictions are class probabilities ``[c, b]``, or scores."""

import numpy as np

from pellucid.heads.entry import Head, Numbers
from pellucid.heads.sums import logistic, softmax
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats

__all__ = ["EXP_LOG_PROBABILITIES", "MARGIN", "PROBABILITIES", "PROBABILITY", "SCORES", "SIGMOID", "SOFTMAX"]

_CLASSES = ("binary", "multiclass", "ordinal", "distribution")
_LARGEST = "the class of the largest probability"


def one(target: TargetSpec, numbers: Numbers) -> int:
    """One output."""
    return 1


def one_per_class(target: TargetSpec, numbers: Numbers) -> int:
    """One output per class."""
    return target.classes


def largest(predictions: Floats, numbers: Numbers) -> Array:
    """Number of the largest prediction, the first one of ties; int64 ``[b]``."""
    return np.asarray(np.argmax(predictions, axis=0), dtype=np.int64)


def _sigmoid(z: Floats, numbers: Numbers) -> Floats:
    second, first = logistic(z)
    return np.concatenate([first, second], axis=1)


SIGMOID = Head(
    name="sigmoid",
    formula="p₁ = 1/(1 + e^−z), p₀ = 1 − p₁",
    purpose="Two classes from one raw output: the output is the log-odds of the second class.",
    source="Cox (1958), The regression analysis of binary sequences",
    gives="class_probabilities",
    tasks=("binary",),
    outputs=one,
    predict=_sigmoid,
    decide=largest,
    decision="the second class if its probability is above ½",
)
PROBABILITY = Head(
    name="probability",
    formula="p₁ = z, p₀ = 1 − z",
    purpose="Two classes from one output that is the probability of the second class already.",
    source="common",
    gives="class_probabilities",
    tasks=("binary",),
    outputs=one,
    predict=lambda z, numbers: np.concatenate([1.0 - z, z], axis=1),
    decide=largest,
    decision="the second class if its probability is above ½",
)
SOFTMAX = Head(
    name="softmax",
    formula="p_c = e^z_c / Σ_k e^z_k",
    purpose="Exclusive classes from one raw output each.",
    source="Bridle (1990), Probabilistic interpretation of feedforward classification network outputs",
    gives="class_probabilities",
    tasks=_CLASSES,
    outputs=one_per_class,
    predict=lambda z, numbers: softmax(z),
    decide=largest,
    decision=_LARGEST,
)
EXP_LOG_PROBABILITIES = Head(
    name="exp_log_probabilities",
    formula="p_c = e^z_c",
    purpose="Exclusive classes from outputs that are log-probabilities already, behind a log-softmax.",
    source="common",
    gives="class_probabilities",
    tasks=_CLASSES,
    outputs=one_per_class,
    predict=lambda z, numbers: np.exp(z),
    decide=largest,
    decision=_LARGEST,
)
PROBABILITIES = Head(
    name="probabilities",
    formula="p_c = z_c",
    purpose="Exclusive classes from outputs that are probabilities already, behind a softmax.",
    source="common",
    gives="class_probabilities",
    tasks=_CLASSES,
    outputs=one_per_class,
    predict=lambda z, numbers: z,
    decide=largest,
    decision=_LARGEST,
)
MARGIN = Head(
    name="margin",
    formula="s = z",
    purpose="Two classes by the sign of one score, for losses of the margin. A score is no probability.",
    source="Cortes & Vapnik (1995), Support-vector networks, eq. (3)",
    gives="scores",
    tasks=("binary",),
    outputs=one,
    predict=lambda z, numbers: z,
    decide=lambda predictions, numbers: (predictions[0] > 0).astype(np.int64),
    decision="the second class if the score is above 0",
)
SCORES = Head(
    name="scores",
    formula="s_c = z_c",
    purpose="Exclusive classes by the largest score, for losses of the margin. Scores are no probabilities.",
    source="Crammer & Singer (2001), On the algorithmic implementation of multiclass kernel-based vector machines",
    gives="scores",
    tasks=("binary", "multiclass", "ordinal"),
    outputs=one_per_class,
    predict=lambda z, numbers: z,
    decide=largest,
    decision="the class of the largest score",
)
