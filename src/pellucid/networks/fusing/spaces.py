"""How the numbers of tensors that are computed together lie beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TypeAlias

from pellucid.networks.recording import Seen

__all__ = ["Access", "Space", "access", "coarsest", "dense", "joined", "space_of"]

Space: TypeAlias = tuple[int, ...]
"""Lengths of the axes along which a kernel runs, the slowest first; at least 2 each."""


@dataclass(frozen=True)
class Access:
    """How a kernel that runs along a space finds a tensor's numbers.

    Attributes:
        offset: Of the first number, in numbers.
        strides: Numbers from one place of an axis to the next, axis by axis; 0 where all are the same number.
    """

    offset: int
    strides: tuple[int, ...]

    def on(self, own: Space, finer: Space) -> "Access":
        """The same along a finer space, into which the axes of its own are cut."""
        if own == finer:
            return self
        strides: list[int] = []
        left = iter(finer)
        for length, stride in zip(own, self.strides, strict=True):
            parts: list[int] = []
            while prod(parts) < length:
                parts.append(next(left))
            strides += [stride * prod(parts[number + 1 :]) for number in range(len(parts))]
        return Access(self.offset, tuple(strides))


def dense(space: Space) -> Access:
    """One number behind the other."""
    return Access(0, tuple(prod(space[number + 1 :]) for number in range(len(space))))


def space_of(result: Seen) -> tuple[Space, tuple[int, ...]] | None:
    """The space of an element-wise operation, and which axes of its result run along it, in this order.

    None: the result does not fill its memory, one number behind the other.
    """
    long = [axis for axis, length in enumerate(result.shape) if length > 1]
    axes = tuple(sorted(long, key=lambda axis: -result.stride[axis]))
    space = tuple(result.shape[axis] for axis in axes)
    lies_so = Access(int(result.offset), tuple(result.stride[axis] for axis in axes))
    return (space, axes) if space and lies_so == dense(space) else None


def access(operand: Seen, result: Seen, axes: Sequence[int]) -> Access:
    """How an operand is found that broadcasts with a result, along these axes of it."""
    missing = len(result.shape) - len(operand.shape)
    own = [axis - missing for axis in axes]
    strides = [operand.stride[axis] if axis >= 0 and operand.shape[axis] > 1 else 0 for axis in own]
    return Access(int(operand.offset), tuple(strides))


def joined(one: Space, other: Space) -> Space | None:
    """The coarsest space into which both can be cut; None: there is none."""
    if one == other:
        return one
    if prod(one) != prod(other):
        return None
    # How many numbers lie behind one place of an axis: a space into which both can be cut has the axes of both.
    behind = sorted({prod(space[number:]) for space in (one, other) for number in range(len(space) + 1)}, reverse=True)
    if any(longer % shorter for longer, shorter in pairwise(behind)):
        return None
    return tuple(longer // shorter for longer, shorter in pairwise(behind))


def coarsest(space: Space, accesses: Sequence[Access]) -> tuple[list[int], list[list[int]]]:
    """As few axes as possible: their lengths, and every tensor's strides; neighbours are one where all allow it."""
    lengths: list[int] = []
    steps: list[list[int]] = []
    for axis, length in enumerate(space):
        own = [each.strides[axis] for each in accesses]
        if steps and steps[-1] == [stride * length for stride in own]:
            lengths[-1], steps[-1] = lengths[-1] * length, own
        else:
            lengths.append(length)
            steps.append(own)
    return lengths, [list(each) for each in zip(*steps, strict=True)]
