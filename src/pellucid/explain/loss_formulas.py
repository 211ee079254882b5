"""Losses of single outputs as they are told: their value and their slope in one output z and one target y."""

from collections.abc import Mapping
from typing import NamedTuple

from pellucid.catalogue import Value

__all__ = ["ElementFormulas", "element_formulas"]


class ElementFormulas(NamedTuple):
    """In the notation of the catalogue.

    Attributes:
        value: Of z, y and the loss's own numbers.
        slope: Its derivative by z.
        signs: Whether y is told as ±1 instead of 0 and 1.
    """

    value: str
    slope: str
    signs: bool = False


_PLAIN: Mapping[str, ElementFormulas] = {
    "mse": ElementFormulas("(z − y)²", "2·(z − y)"),
    "l1": ElementFormulas("|z − y|", "sign(z − y)"),
    "huber": ElementFormulas(
        "½(z − y)² if |z − y| ≤ delta else delta·(|z − y| − ½·delta)",
        "z − y if |z − y| ≤ delta else delta·sign(z − y)",
    ),
    "smooth_l1": ElementFormulas(
        "½(z − y)²/beta if |z − y| ≤ beta else |z − y| − ½·beta", "(z − y)/beta if |z − y| ≤ beta else sign(z − y)"
    ),
    "log_cosh": ElementFormulas("log cosh(z − y)", "tanh(z − y)"),
    "bce": ElementFormulas("−y·log z − (1 − y)·log(1 − z)", "(z − y)/(z·(1 − z))"),
    "bce_with_logits": ElementFormulas("y·log(1 + exp(−z)) + (1 − y)·log(1 + exp(z))", "sigmoid(z) − y"),
    "multilabel_soft_margin": ElementFormulas("y·log(1 + exp(−z)) + (1 − y)·log(1 + exp(z))", "sigmoid(z) − y"),
    "hinge": ElementFormulas("max(0, 1 − y·z)", "−y if y·z < 1 else 0", True),
    "squared_hinge": ElementFormulas("max(0, 1 − y·z)²", "−2·y·max(0, 1 − y·z)", True),
    "exponential": ElementFormulas("exp(−y·z)", "−y·exp(−y·z)", True),
    "soft_margin": ElementFormulas("log(1 + exp(−y·z))", "−y·sigmoid(−y·z)", True),
}
_WEIGHTED = ElementFormulas("p·y·log(1 + exp(−z)) + (1 − y)·log(1 + exp(z))", "sigmoid(z)·(1 + (p − 1)·y) − p·y")


# What is left of them for an answer that is plainly yes or no.
_ANSWERED: Mapping[tuple[str, float], ElementFormulas] = {
    ("bce", 1.0): ElementFormulas("−log z", "−1/z"),
    ("bce", 0.0): ElementFormulas("−log(1 − z)", "1/(1 − z)"),
    ("bce_with_logits", 1.0): ElementFormulas("log(1 + exp(−z))", "sigmoid(z) − 1"),
    ("bce_with_logits", 0.0): ElementFormulas("log(1 + exp(z))", "sigmoid(z)"),
    ("multilabel_soft_margin", 1.0): ElementFormulas("log(1 + exp(−z))", "sigmoid(z) − 1"),
    ("multilabel_soft_margin", 0.0): ElementFormulas("log(1 + exp(z))", "sigmoid(z)"),
}


def element_formulas(name: str, numbers: Mapping[str, Value], y: float | None = None) -> ElementFormulas | None:
    """How a loss is told output by output; None where it looks at several at once.

    Args:
        name: Of the loss.
        numbers: Its own, by parameter.
        y: The target, if the formulas for it alone will do; None: those for every target.
    """
    if name == "poisson_nll" and not numbers["full"]:
        if numbers["log_input"]:
            return ElementFormulas("exp(z) − y·z", "exp(z) − y")
        return ElementFormulas("z − y·log(z + eps)", "1 − y/(z + eps)")
    if name == "bce_with_logits" and numbers["pos_weight"] != (1.0,):
        return _WEIGHTED
    if y is not None and (name, y) in _ANSWERED:
        return _ANSWERED[name, y]
    return _PLAIN.get(name)
