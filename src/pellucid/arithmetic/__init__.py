"""Functions of tensors: torch's, or faster ones that are compiled where llvmlite is installed.

Which of them serves depends on the tensor alone: compiled ones compute float32 in main memory. They are within two
units of the last place, and a number's bits depend on that number alone. Where autograd keeps books, torch's serve.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

import torch
from torch import Tensor

__all__ = ["cos", "erf", "exp", "expm1", "has_compiler", "sin", "tanh"]


@cache
def has_compiler() -> bool:
    """Whether llvmlite is installed."""
    return find_spec("llvmlite") is not None


def _chosen(name: str, x: Tensor) -> Callable[[Tensor], Tensor]:
    if x.dtype is not torch.float32 or x.device.type != "cpu" or x.requires_grad or not has_compiler():
        theirs: Callable[[Tensor], Tensor] = getattr(torch, name)
        return theirs
    from pellucid.arithmetic.operators import operator

    return operator(name)


def exp(x: Tensor) -> Tensor:
    """eˣ."""
    return _chosen("exp", x)(x)


def expm1(x: Tensor) -> Tensor:
    """eˣ − 1."""
    return _chosen("expm1", x)(x)


def tanh(x: Tensor) -> Tensor:
    """Hyperbolic tangent."""
    return _chosen("tanh", x)(x)


def erf(x: Tensor) -> Tensor:
    """Error function."""
    return _chosen("erf", x)(x)


def sin(x: Tensor) -> Tensor:
    """Sine."""
    return _chosen("sin", x)(x)


def cos(x: Tensor) -> Tensor:
    """Cosine."""
    return _chosen("cos", x)(x)
