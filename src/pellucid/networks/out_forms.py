"""How a recorded operation is said again with its result in given memory: a call that needs no Python of ours."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch._ops import OpOverload

from pellucid.networks.recording import memory_of, name_of

__all__ = ["IN_PLACE", "Step", "steps_of"]

Step: TypeAlias = Callable[[], object]

# Operators whose function in the torch namespace takes the same arguments and ``out``; those functions parse arguments
# in half the time that ``torch.ops`` takes.
# fmt: off
_DIRECT = frozenset([
    "_log_softmax", "_softmax", "abs", "add", "addcmul", "amax", "baddbmm", "bitwise_and", "bitwise_xor", "bmm", "cat",
    "clamp", "clamp_max", "clamp_min", "cos", "cosh", "div", "eq", "erf", "exp", "expm1", "gather", "ge", "gt",
    "index_select", "le", "lerp", "log", "log1p", "lt", "maximum", "minimum", "mul", "ne", "neg", "pow", "reciprocal",
    "round", "rsqrt", "scatter", "scatter_add", "sigmoid", "sign", "sin", "sqrt", "sub", "sum", "tanh",
    "where",
])
# Those of their overloads whose function takes no ``out``, or other arguments.
_NOT_DIRECT = frozenset(["aten.sum.default", "aten.bmm.dtype", "aten.baddbmm.dtype"])
# Operators that make a tensor of a number beside a tensor, at every call.
_WRAPPING = frozenset(["add", "div", "eq", "ge", "gt", "le", "lt", "mul", "ne", "sub"])
# Element by element: the result may stand in the memory of an argument of the same shape.
IN_PLACE = frozenset([
    "abs", "add", "addcmul", "clamp", "clamp_max", "clamp_min", "cos", "div", "elu_backward", "erf", "exp", "expm1",
    "hardtanh_backward", "leaky_relu_backward", "lerp", "log", "log1p", "maximum", "minimum", "mul", "neg", "pow",
    "reciprocal", "relu", "round", "rsqrt", "rsub", "sigmoid", "sigmoid_backward", "sign", "sin", "sqrt", "sub", "tanh",
    "tanh_backward", "threshold_backward", "where",
])
# fmt: on


def steps_of(
    function: OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], results: Sequence[Tensor], *, writes: bool
) -> list[Step]:
    """The operation as calls without arguments, on these tensors.

    Args:
        function: Torch's operator, as it was recorded.
        args: Its arguments, with the tensors that it is to read (and write, where it writes) from now on.
        kwargs: The same, by name.
        results: Where its results are to go; same shapes and strides as the recorded ones.
        writes: Whether it changes an argument instead of returning something new.
    """
    name = name_of(function)
    if name.removesuffix("_") in _WRAPPING:
        args = _without_numbers(*args)
    if writes:
        method = getattr(args[0], name, None) if args and name.endswith("_") and "out" not in kwargs else None
        if method is not None:
            return [partial(method, *args[1:], **kwargs)]
        return [partial(getattr(torch, name) if name in _DIRECT else function._op, *args, **kwargs)]
    if name in _OWN:
        return _OWN[name](results[0], *args, **kwargs)
    if name in _DIRECT and str(function) not in _NOT_DIRECT:
        return [partial(getattr(torch, name), *args, **kwargs, out=results[0])]
    found = _out_form(function)
    if found is None:
        return [partial(_copied, function, args, kwargs, results)]
    operation, names = found
    return [partial(operation, *args, **kwargs, **dict(zip(names, results, strict=True)))]


@cache
def _out_form(function: OpOverload) -> tuple[Callable[..., object], tuple[str, ...]] | None:
    """The overload that writes its results into given tensors, and what it calls those; None: there is none."""
    schema = function._schema
    wanted = [(each.name, str(each.type)) for each in schema.arguments]
    packet = function.overloadpacket
    for overload in packet.overloads():
        own = getattr(packet, overload)
        outs = [each.name for each in own._schema.arguments if each.is_out]
        given = [(each.name, str(each.type)) for each in own._schema.arguments if not each.is_out]
        if len(outs) == len(schema.returns) and given == wanted:
            return own._op, tuple(outs)
    return None


def _copied(function: OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], results: Sequence[Tensor]) -> None:
    found = function(*args, **kwargs)
    for result, new in zip(results, [found] if isinstance(found, Tensor) else found, strict=True):
        result.copy_(new)


def _without_numbers(x: Any, other: Any, *more: Any) -> tuple[Any, ...]:
    """Arguments with a number as a tensor made once, of the type that torch would round it to.

    Making one takes torch longer than the arithmetic of a small network (measured: 2.2 µs beside 1.3). On a GPU numbers
    stay what they are: it divides by a tensor, but multiplies by the reciprocal of a number.
    """
    is_number = isinstance(other, bool | int | float)
    if is_number and isinstance(x, Tensor) and x.device.type == "cpu" and x.dtype in (torch.float32, torch.float64):
        other = torch.tensor(other, dtype=x.dtype)
    return (x, other, *more)


def _relu(out: Tensor, x: Tensor) -> list[Step]:
    if memory_of(out) == memory_of(x):
        return [x.relu_]
    # What torch.relu is made of.
    return [partial(torch.clamp_min, x, 0, out=out)]


def _copy(out: Tensor, x: Tensor, **_: Any) -> list[Step]:
    return [partial(out.copy_, x)]


def _rsub(out: Tensor, x: Tensor, other: Any, alpha: Any = 1) -> list[Step]:
    # other − alpha·x, with the other first
    if alpha == 1 and not isinstance(other, Tensor):
        other = torch.tensor(other, dtype=x.dtype, device=x.device)
    return [partial(torch.sub, other, x, alpha=alpha, out=out)]


def _mean(out: Tensor, x: Tensor, dims: Sequence[int] | None = None, keepdim: bool = False, **more: Any) -> list[Step]:
    if dims and all(x.shape[dim] == 1 for dim in dims) and out.dtype == x.dtype:
        # A single number, added to 0 as every sum begins, in a sixth of the time.
        return [partial(torch.add, x if keepdim else x.squeeze(tuple(dims)), x.new_zeros(()), out=out)]
    return [partial(torch.mean, x, dims, keepdim, **more, out=out)]


def _shifted(out: Tensor, x: Tensor, bits: int) -> list[Step]:
    return [partial(torch.bitwise_right_shift, x, bits, out=out)]


def _embedding(out: Tensor, weight: Tensor, indices: Tensor, *_: Any) -> list[Step]:
    if indices.dim() != 1:
        return [partial(_copied, torch.ops.aten.embedding.default, (weight, indices), {}, [out])]
    return [partial(torch.index_select, weight, 0, indices, out=out)]


def _padded(out: Tensor, x: Tensor, pad: Sequence[int], value: float = 0) -> list[Step]:
    inner = out
    for axis, (before, length) in enumerate(zip(pad[::2], reversed(x.shape), strict=False)):
        inner = inner.narrow(out.dim() - 1 - axis, before, length)
    return [partial(out.fill_, value), partial(inner.copy_, x)]


# Operators without an efficient form of their own that writes into given memory.
_OWN: Mapping[str, Callable[..., list[Step]]] = {
    "relu": _relu,
    "clone": _copy,
    "_to_copy": _copy,
    "mean": _mean,
    "rsub": _rsub,
    "__rshift__": _shifted,
    "embedding": _embedding,
    "constant_pad_nd": _padded,
}
