"""Finds out which of several formulas is torch's, by what they make of some thousand numbers."""

import threading
from collections.abc import Hashable

import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves, tree_map

from pellucid.arithmetic.machine import compiled
from pellucid.networks.fusing.formulas import FORMULAS, Formula
from pellucid.networks.fusing.fused import Fused, Part
from pellucid.networks.fusing.spaces import dense
from pellucid.networks.recording import Seen
from pellucid.networks.values import Operation, Reference

__all__ = ["torch_formula"]

_SIZE = 1 << 12
_lock = threading.Lock()
_known: dict[Hashable, Formula | None] = {}


def torch_formula(operation: Operation, name: str) -> Formula | None:
    """What torch computes for an operation with its very numbers; None: none of the formulas that are known."""
    leaves = tree_leaves((operation.args, dict(operation.kwargs)))
    key = (
        name,
        operation.results[0].seen.dtype,
        tuple(operation.kwargs),
        tuple("" if isinstance(leaf, Reference) else (type(leaf), repr(leaf)) for leaf in leaves),
    )
    with _lock:
        if key not in _known:
            _known[key] = next((each for each in FORMULAS[name] if _is_met(operation, each)), None)
        return _known[key]


def _is_met(operation: Operation, formula: Formula) -> bool:
    """Whether a formula gives torch's bits."""
    samples = [_sample(number, each.seen.dtype) for number, each in enumerate(operation.reads)]
    seen = [Reference(number, Seen.of(each)) for number, each in enumerate(samples)]
    given, references = iter(samples), iter(seen)
    args, kwargs = tree_map(
        lambda leaf: next(given) if isinstance(leaf, Reference) else leaf, (operation.args, dict(operation.kwargs))
    )
    own_args, own_kwargs = tree_map(
        lambda leaf: next(references) if isinstance(leaf, Reference) else leaf, (operation.args, dict(operation.kwargs))
    )
    theirs: Tensor = operation.function(*args, **kwargs)
    ours = torch.empty_like(theirs)
    result = Reference(len(samples), Seen.of(ours))
    space = (_SIZE,)
    part = Part(
        Operation(operation.function, own_args, own_kwargs, (result,), False),
        formula,
        space,
        tuple(dense(space) for _ in samples),
    )
    try:
        step = Fused([part], space, {result.value}).step(_tensor_of, compiled)
    except (TypeError, ValueError):
        # Arguments that the formula does not know.
        return False
    step()
    return torch.equal(_bits(ours), _bits(theirs))


def _tensor_of(reference: Reference) -> Tensor:
    assert reference.seen.tensor is not None
    return reference.seen.tensor


def _sample(number: int, dtype: torch.dtype) -> Tensor:
    """Numbers of all sizes and both signs, zeros and what is not finite among them."""
    generator = torch.Generator().manual_seed(number)
    if not dtype.is_floating_point:
        info = torch.iinfo(dtype)
        return torch.randint(info.min, info.max, (_SIZE,), generator=generator, dtype=dtype)
    found = torch.randn(_SIZE, generator=generator, dtype=dtype)
    found[::3] *= 10.0 ** torch.randint(-6, 6, (len(found[::3]),), generator=generator)
    for place, value in enumerate((0.0, -0.0, 1.0, -1.0, 0.5, float("inf"), -float("inf"), float("nan"))):
        found[(place + 1) * (number + 2) :: 97 + number] = value
    return found


def _bits(values: Tensor) -> Tensor:
    """To be compared bit for bit; NaN is as good as NaN."""
    if not values.is_floating_point():
        return values
    return torch.where(values.isnan(), torch.full_like(values, float("nan")), values).view(torch.int32)
