"""Operators of torch that compute the functions, so that they can be recorded and replayed as torch's own are."""

import ctypes
from collections.abc import Callable
from functools import cache, partial

import torch
from torch import Tensor

from pellucid.arithmetic.functions import FUNCTIONS
from pellucid.arithmetic.kernel import NAME, Operand, kernel_text
from pellucid.arithmetic.machine import compiled

__all__ = ["operator"]

_LANES = 16
_BYTES = 4
_library = torch.library.Library("pellucid", "DEF")  # type: ignore[no-untyped-call]


def operator(name: str) -> Callable[[Tensor], Tensor]:
    """The operator ``pellucid::name`` of one of the functions; for float32 in main memory."""
    found: Callable[[Tensor], Tensor] = getattr(torch.ops.pellucid, name).default
    return found


@cache
def _kernel(name: str) -> Callable[[int], None]:
    """A function of the address of a table: how many numbers, a multiple of 16, from where, to where."""
    function = FUNCTIONS[name]
    operands = [Operand("float", _BYTES, (1,)), Operand("float", _BYTES, (1,), is_result=True)]
    return compiled(kernel_text([0], operands, _LANES, lambda w, reads: [function(w, reads[0])]), NAME)


def _run(name: str, source: int, result: int, count: int) -> None:
    """From memory to memory; the last few numbers on a detour, so that every number is computed alike."""
    kernel, whole = _kernel(name), count - count % _LANES
    if whole:
        table = (ctypes.c_int64 * 3)(whole, source, result)
        kernel(ctypes.addressof(table))
    if whole < count:
        rest, size = (ctypes.c_float * _LANES)(), (count - whole) * _BYTES
        ctypes.memmove(rest, source + whole * _BYTES, size)
        table = (ctypes.c_int64 * 3)(_LANES, ctypes.addressof(rest), ctypes.addressof(rest))
        kernel(ctypes.addressof(table))
        ctypes.memmove(result + whole * _BYTES, rest, size)


def _made(name: str, x: Tensor) -> Tensor:
    source = x.contiguous()
    found = torch.empty_like(source)
    _run(name, source.data_ptr(), found.data_ptr(), source.numel())
    return found


def _written(name: str, x: Tensor, *, out: Tensor) -> Tensor:
    if not (out.is_contiguous() and x.is_contiguous() and x.shape == out.shape):
        return out.copy_(_made(name, x))
    _run(name, x.data_ptr(), out.data_ptr(), x.numel())
    return out


for _name in FUNCTIONS:
    _library.define(f"{_name}(Tensor x) -> Tensor")  # type: ignore[no-untyped-call]
    _library.define(f"{_name}.out(Tensor x, *, Tensor(a!) out) -> Tensor(a!)")  # type: ignore[no-untyped-call]
    _library.impl(_name, partial(_made, _name), "CPU")  # type: ignore[no-untyped-call]
    _library.impl(f"{_name}.out", partial(_written, _name), "CPU")  # type: ignore[no-untyped-call]
