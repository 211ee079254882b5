"""Copies for experiments: whatever is done to them, the program's model, modes and random numbers stay as they are."""

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["copied", "exactly", "experiment", "forward"]

Result = TypeVar("Result")

WIDE = 1e-9
"""What counts as nothing, relative to the scale, in float64: rounding leaves some 1e-15 per layer, a kink far more."""

NARROW = 1e-4
"""The same in the model's own precision."""


@contextmanager
def experiment(seed: int = 0, *, gradients: bool = False) -> Iterator[None]:
    """Random states of torch, NumPy and Python are set to a seed, and put back; the grad mode likewise."""
    python, numpy = random.getstate(), np.random.get_state()
    begun: bool = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    devices = range(torch.cuda.device_count()) if begun else ()
    with torch.random.fork_rng(devices), torch.inference_mode(False), torch.set_grad_enabled(gradients):
        torch.manual_seed(seed)
        np.random.seed(seed)
        random.seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)


def copied(model: nn.Module, *, training: bool = False) -> nn.Module:
    """A copy in the mode asked for, without the hooks that a person has put on it: these may print, count or end.

    Raises:
        Exception: Whatever the model's own copying raises.
    """
    found = copy.deepcopy(model).train(training)
    for module in found.modules():
        for hooks in (
            module._forward_hooks,
            module._forward_pre_hooks,
            module._backward_hooks,
            module._backward_pre_hooks,
        ):
            # Torch's own, such as those of spectral_norm, are part of what the module computes.
            for number in [key for key, hook in hooks.items() if not _is_of_torch(hook)]:
                del hooks[number]
    return found


def _is_of_torch(hook: object) -> bool:
    return str(getattr(hook, "__module__", None) or type(hook).__module__).partition(".")[0] == "torch"


def exactly(model: nn.Module, rows: Tensor, test: Callable[[nn.Module, Tensor, float], Result]) -> Result:
    """A test of a copy in evaluation mode and of the rows, in float64.

    A model that insists on its own precision is tested in that.

    Args:
        model: Stays as it is.
        rows: Inputs ``[n, …]``.
        test: Gets the copy, the rows, and what counts as nothing relative to the scale.

    Raises:
        Exception: Whatever the model raises.
    """
    given = rows.detach().clone()
    if given.is_floating_point():
        try:
            return test(copied(model).double(), given.double(), WIDE)
        except (RuntimeError, TypeError):  # it converts to float32 by itself
            pass
    return test(copied(model), given, WIDE if given.dtype is torch.float64 else NARROW)


def forward(model: nn.Module, rows: Tensor, *, there: bool = False) -> Tensor:
    """The first tensor of a model's result, in main memory.

    Args:
        model: On any device; the rows are brought to it.
        rows: Inputs ``[n, …]``.
        there: Whether the result stays where the model is.

    Raises:
        TypeError: If there is none.
    """
    numbers = chain(model.parameters(), model.buffers())
    result = model(rows.to(next((each.device for each in numbers), rows.device)))
    while isinstance(result, tuple | list) and result:
        result = result[0]
    if isinstance(result, dict):
        result = next((value for value in result.values() if isinstance(value, Tensor)), None)
    if not isinstance(result, Tensor):
        raise TypeError(f"the model returns {type(result).__name__}, no tensor")
    return result if there else result.cpu()
