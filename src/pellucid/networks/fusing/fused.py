"""Fused: several element-wise operations that a replay runs as one."""

import ctypes
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from pellucid.arithmetic.kernel import NAME, Operand, kernel_text
from pellucid.arithmetic.writer import KINDS, Name, Writer
from pellucid.networks.fusing.formulas import Formula
from pellucid.networks.fusing.spaces import Access, Space, coarsest, dense
from pellucid.networks.values import Operation, Reference

__all__ = ["Compiler", "Fused", "Part", "runs_in_vectors"]

Compiler: TypeAlias = Callable[[str, str], Callable[[int], None]]
"""Takes a module and the name of a function in it; see ``machine``."""

_Source: TypeAlias = tuple[int, torch.dtype, Access]

# Numbers in a vector: the most that divides the fastest axis; with fewer nothing is gained.
_LANES = (16, 8)


@dataclass(frozen=True)
class Part:
    """An element-wise operation that may be fused with others.

    Attributes:
        operation: As it was recorded.
        formula: What it computes.
        space: Along which it runs; the result lies densely along it.
        accesses: How it finds each of the tensors that it reads.
    """

    operation: Operation
    formula: Formula
    space: Space
    accesses: tuple[Access, ...]

    @property
    def result(self) -> Reference:
        """What it makes."""
        return self.operation.results[0]


def runs_in_vectors(accesses: Sequence[Access], own: Space, space: Space) -> bool:
    """Whether neighbours along the fastest axis of a space lie beside each other, or are one, for all tensors."""
    return any(space[-1] % lanes == 0 for lanes in _LANES) and all(
        each.on(own, space).strides[-1] in (0, 1) for each in accesses
    )


class Fused:
    """Operations that are computed in one pass.

    Attributes:
        reads: What they need that is not made here.
        results: What they make that is needed elsewhere.
        writes: False: nothing is changed that is there already.
    """

    writes = False

    def __init__(self, parts: Sequence[Part], space: Space, needed: Collection[int]) -> None:
        """Put together parts in order, along a space into which theirs can be cut; ``needed``: values for others."""
        self._parts, self._space = list(parts), space
        made = {part.result.value for part in parts}
        sources: dict[_Source, Reference] = {}
        for part in parts:
            for reference, source in self._sources_of(part):
                if reference.value not in made:
                    sources.setdefault(source, reference)
        self._sources = list(sources)
        self.reads: list[Reference] = list(sources.values())
        self.results = tuple(part.result for part in parts if part.result.value in needed)

    def step(self, real: Callable[[Reference], Tensor], compiled: Compiler) -> Callable[[], None]:
        """The pass as a call without arguments, on the tensors that references stand for from now on."""
        lengths, strides = coarsest(
            self._space, [*(access for _, _, access in self._sources), *(dense(self._space) for _ in self.results)]
        )
        tensors = [real(each) for each in (*self.reads, *self.results)]
        operands = [
            Operand(KINDS[tensor.dtype], tensor.element_size(), tuple(own), is_result=number >= len(self.reads))
            for number, (tensor, own) in enumerate(zip(tensors, strides, strict=True))
        ]
        lanes = next(each for each in _LANES if lengths[-1] % each == 0)
        run = compiled(kernel_text(lengths, operands, lanes, self._write), NAME)
        table = (ctypes.c_int64 * (1 + len(tensors)))(lengths[0], *(tensor.data_ptr() for tensor in tensors))
        return _Call(run, table, tensors)

    def _sources_of(self, part: Part) -> list[tuple[Reference, _Source]]:
        """Each tensor that a part reads, and what tells it from others in this space."""
        return [
            (reference, (reference.value, reference.seen.dtype, own.on(part.space, self._space)))
            for reference, own in zip(part.operation.reads, part.accesses, strict=True)
        ]

    def _write(self, writer: Writer, reads: Sequence[Name]) -> list[Name]:
        read = dict(zip(self._sources, reads, strict=True))
        made: dict[int, Name] = {}
        for part in self._parts:
            own = [made.get(each.value) or read[source] for each, source in self._sources_of(part)]
            args, kwargs = _filled_in(part.operation, own)
            made[part.result.value] = part.formula(writer, KINDS[part.result.seen.dtype], *args, **kwargs)
        return [made[each.value] for each in self.results]


def _filled_in(operation: Operation, names: Sequence[Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """An operation's arguments with names in the places of tensors."""
    left = iter(names)
    filled: tuple[Sequence[Any], dict[str, Any]] = tree_map(
        lambda leaf: next(left) if isinstance(leaf, Reference) else leaf, (operation.args, dict(operation.kwargs))
    )
    return filled


class _Call:
    """A call of a kernel, which keeps alive what it works on."""

    def __init__(self, run: Callable[[int], None], table: Any, tensors: Sequence[Tensor]) -> None:
        self._run, self._table, self._tensors = run, table, list(tensors)
        self._address = ctypes.addressof(table)

    def __call__(self) -> None:
        self._run(self._address)
