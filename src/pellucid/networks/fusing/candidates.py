"""Which recorded operations are element-wise and known to the last bit."""

from math import prod

import torch

from pellucid.arithmetic.writer import KINDS
from pellucid.networks.fusing.formulas import FORMULAS
from pellucid.networks.fusing.fused import Part, runs_in_vectors
from pellucid.networks.fusing.probing import torch_formula
from pellucid.networks.fusing.spaces import access, space_of
from pellucid.networks.recording import name_of
from pellucid.networks.values import Operation

__all__ = ["part_of"]

# Numbers below which an operation is not worth a kernel.
_LEAST = 1024


def part_of(operation: Operation) -> Part | None:
    """An operation as a part of a kernel; None where it is none."""
    if operation.writes or len(operation.results) != 1:
        return None
    result = operation.results[0].seen
    name = f"{name_of(operation.function)}.{operation.function._overloadname or 'default'}"
    if name not in FORMULAS or result.device.type != "cpu" or prod(result.shape) < _LEAST:
        return None
    read = torch.int16 if name == "_to_copy.default" else result.dtype
    if result.dtype not in KINDS or any(each.seen.dtype != read for each in operation.reads):
        return None
    found = space_of(result)
    if found is None:
        return None
    space, axes = found
    accesses = tuple(access(each.seen, result, axes) for each in operation.reads)
    if not runs_in_vectors(accesses, space, space):
        return None
    formula = torch_formula(operation, name)
    return None if formula is None else Part(operation, formula, space, accesses)
