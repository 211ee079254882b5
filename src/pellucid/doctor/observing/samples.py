"""Samples: detached copies of the first rows of tensors, in main memory, made without anybody noticing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["ROWS", "SAMPLE", "first_rows", "first_tensor", "is_plain_tensor", "quietly", "sampled"]

SAMPLE = 2_048
"""Numbers that are kept of a tensor among the arguments of a call: 8 kB each."""

ROWS = 2_048
"""Rows that are kept of what a model was given."""

_LONGEST = 1 << 20  # numbers of one row; beyond that the row itself is cut
_MEMBERS = 16  # of a tuple or list among the arguments
_PLAIN = (bool, int, float, complex, str, type(None), torch.dtype, torch.device, torch.Size, np.generic)


@contextmanager
def quietly() -> Iterator[None]:
    """Work on tensors that no function mode sees, that records no gradient and makes no inference tensors."""
    with torch._C.DisableTorchFunction(), torch.inference_mode(False), torch.no_grad():
        yield


def is_plain_tensor(value: Any) -> bool:
    """Whether it is a tensor whose numbers can simply be copied: no subclass, dense, with memory behind it."""
    return (
        type(value) in (Tensor, nn.Parameter)
        and value.layout is torch.strided
        and not value.is_quantized
        and value.device.type != "meta"
    )


def first_rows(tensor: Tensor, *, rows: int = ROWS, numbers: int = SAMPLE) -> Tensor:
    """A detached copy of at most ``rows`` first rows and about ``numbers`` numbers, at least one row.

    It lies in main memory: rules compare it with anything, in float64, and read it when a GPU has stopped at an error.
    """
    with quietly():
        part = tensor
        if part.dim():
            length = max(1, part.numel() // max(1, part.shape[0]))
            part = part[: max(1, min(rows, numbers // length))]
            for axis in range(1, part.dim()):
                if part.numel() > max(_LONGEST, numbers):
                    part = part.narrow(axis, 0, max(1, part.shape[axis] * _LONGEST // part.numel()))
        part = part.detach()
        return part.clone() if part.device.type == "cpu" else part.cpu()


def sampled(value: Any) -> tuple[bool, Any]:
    """Whether something can be kept, and what of it: first rows of a tensor, plain data as it is."""
    if isinstance(value, Tensor):
        return (True, first_rows(value)) if is_plain_tensor(value) else (False, None)
    if isinstance(value, _PLAIN):
        return True, value
    if isinstance(value, slice):
        return True, value
    if isinstance(value, tuple | list) and len(value) <= _MEMBERS:
        parts = [sampled(member) for member in value]
        return True, tuple(part for kept, part in parts if kept)
    return False, None


def first_tensor(value: Any) -> Tensor | None:
    """The first tensor in something that a module was given or has returned; None if there is none."""
    if isinstance(value, Tensor):
        return value
    members: Any = ()
    if isinstance(value, tuple | list):
        members = value[:_MEMBERS]
    elif isinstance(value, dict):
        members = list(value.values())[:_MEMBERS]
    for member in members:
        found = first_tensor(member)
        if found is not None:
            return found
    return None
