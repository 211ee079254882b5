"""Whether a module that a program calls is a model of it, and how much of it can be seen."""

from collections.abc import Callable
from types import CodeType
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["how_blind", "is_model"]


def is_model(
    module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], is_own: Callable[[CodeType], bool]
) -> bool:
    """Whether a module that no other called is a model: it has parameters, or the person wrote it for one input.

    The latter are networks whose layers or weights were not registered. Losses of the person's own take two tensors.
    """
    if next(module.parameters(), None) is not None:
        return True
    forward = type(module).forward
    code = getattr(getattr(forward, "__func__", forward), "__code__", None)
    tensors = sum(isinstance(value, Tensor) for value in (*args, *kwargs.values()))
    return isinstance(code, CodeType) and is_own(code) and tensors == 1


def how_blind(module: nn.Module) -> tuple[str, nn.Module]:
    """Why the inside of a module cannot be seen, empty if it can, and the module that is meant."""
    inner = getattr(module, "_orig_mod", None) if type(module).__name__ == "OptimizedModule" else None
    if isinstance(inner, nn.Module):
        return "compiled by torch.compile", inner
    if getattr(module, "_compiled_call_impl", None) is not None:
        return "compiled by torch.compile", module
    if isinstance(module, torch.jit.ScriptModule):
        return "compiled by torch.jit", module
    return "", module
