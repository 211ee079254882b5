"""Replay: recorded operations on memory laid out once, to be run again and again.

The recorded code made a new tensor for every result. Here every result has its place beforehand, and a place is given
on as soon as nobody will read it any more, so that a step of a large stack stays in the cache.
"""

import math
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from pellucid.networks.fusing import Fused, fuse, step_of
from pellucid.networks.out_forms import IN_PLACE, Step, steps_of
from pellucid.networks.recording import Call, Seen, lies_alike, name_of, starts_from_nothing
from pellucid.networks.values import Operation, Reference, Values

__all__ = ["Replay"]

_Free: TypeAlias = dict[tuple[int, torch.device], list[torch.UntypedStorage]]


class Replay:
    """What was recorded, in parts that can be run again.

    Memory that existed before the recording (parameters, gradients, buffers of the caller) stays what it is: it is
    read and written at each run. All else belongs to the replay.

    Attributes:
        parts: The operations of every part, each a call without arguments.
    """

    def __init__(
        self,
        calls: Sequence[Call],
        ends: Sequence[int],
        keep: Sequence[tuple[Tensor, Tensor | None]],
        *,
        fused: bool = False,
    ) -> None:
        """Lay out memory and prepare the calls.

        Args:
            calls: Everything that was recorded, in order.
            ends: How many of them end each part; the last is the number of them all.
            keep: Recorded tensors that somebody reads outside, and the memory that they shall have from now on: a
                tensor of the same shape, None for some memory of the replay's own.
            fused: Run element-wise operations several at a time, see ``fusing``; the bits are the same.
        """
        self._values = Values(calls)
        self._constant = self._find_constants()
        self._real: dict[int, torch.UntypedStorage] = {}  # value → its memory from now on
        kept = {value for recorded, _ in keep if (value := self._values.of(recorded)) in self._values.made}
        for recorded, given in keep:
            if given is not None and (value := self._values.of(recorded)) in kept:
                self._real[value] = given.untyped_storage()
        moving = [
            [each for each in self._values.operations[first:last] if each is not None and not self._is_constant(each)]
            for first, last in pairwise([0, *ends])
        ]
        parts: Sequence[Sequence[Operation | Fused]] = fuse(moving, kept) if fused else moving
        # Value → the last operation that reads or writes it.
        self._last: dict[int, float] = {}
        for number, operation in enumerate(each for part in parts for each in part):
            self._last |= {each.value: number for each in (*operation.reads, *operation.results)}
        self._last |= dict.fromkeys(kept, math.inf)
        # Only tensors made outside of inference mode may be written to on either side of it.
        with torch.inference_mode(False), torch.no_grad():
            steps = self._prepare([each for part in parts for each in part])
        ends = [0, *accumulate(len(part) for part in parts)]
        self.parts: list[list[Step]] = [
            [step for own in steps[first:last] for step in own] for first, last in pairwise(ends)
        ]

    def real(self, tensor: Tensor) -> Tensor:
        """The tensor that stands from now on where this one stood in the end of the recording."""
        return self._tensor(Reference(self._values.of(tensor), Seen.of(tensor)))

    def _tensor(self, reference: Reference) -> Tensor:
        memory, seen = self._real.get(reference.value), reference.seen
        if memory is None:
            assert seen.tensor is not None
            return seen.tensor
        return torch.empty(0, dtype=seen.dtype, device=seen.device).set_(memory, seen.offset, seen.shape, seen.stride)

    def _find_constants(self) -> set[int]:
        """Values that never change."""
        there = [each for each in self._values.operations if each is not None]
        written = set(self._values.overwritten).union(
            *({each.value for each in operation.reads} for operation in there if operation.writes)
        )
        found: set[int] = set()
        for operation in there:
            if operation.writes or any(each.value in written for each in operation.results):
                continue
            read = operation.reads
            if starts_from_nothing(operation.function) or (read and all(each.value in found for each in read)):
                found |= {each.value for each in operation.results}
        return found

    def _prepare(self, operations: Sequence[Operation | Fused]) -> list[list[Step]]:
        """Every operation's steps, with memory given out and taken back along the way."""
        free: _Free = {}
        steps: list[list[Step]] = []
        for number, operation in enumerate(operations):
            ended = [value for value in {each.value for each in operation.reads} if self._ends(value, number)]
            if not operation.writes:
                for value in self._hand_on(operation, ended):
                    ended.remove(value)
                for each in operation.results:
                    self._place(each, free)
                # A result that nobody reads.
                ended += [each.value for each in operation.results if self._last[each.value] == number]
            steps.append(self._steps(operation))
            for value in ended:
                memory = self._real[value]
                free.setdefault((memory.nbytes(), memory.device), []).append(memory)
        return steps

    def _is_constant(self, operation: Operation) -> bool:
        return not operation.writes and all(each.value in self._constant for each in operation.results)

    def _ends(self, value: int, number: int) -> bool:
        return value in self._values.made and value not in self._constant and self._last[value] == number

    def _hand_on(self, operation: Operation | Fused, ended: Sequence[int]) -> list[int]:
        """Let results stand in the memory of arguments that end here, if the operation allows; which ones."""
        found: list[int] = []
        if not isinstance(operation, Fused) and name_of(operation.function) not in IN_PLACE:
            return found
        for result in operation.results if isinstance(operation, Fused) else operation.results[:1]:
            if result.value in self._real:
                continue
            for value in ended:
                reads = [each for each in operation.reads if each.value == value]
                if value not in found and all(lies_alike(each.seen, result.seen) for each in reads):
                    self._real[result.value] = self._real[value]
                    found.append(value)
                    break
        return found

    def _place(self, result: Reference, free: _Free) -> None:
        if result.value in self._real:
            return
        size, device = result.seen.size, result.seen.device
        spare = free.get((size, device))
        if spare:
            self._real[result.value] = spare.pop()
        else:
            self._real[result.value] = torch.empty(size, dtype=torch.uint8, device=device).untyped_storage()

    def _steps(self, operation: Operation | Fused) -> list[Step]:
        if isinstance(operation, Fused):
            return [step_of(operation, self._tensor)]

        def real(leaf: Any) -> Any:
            return self._tensor(leaf) if isinstance(leaf, Reference) else leaf

        args, kwargs = tree_map(real, (operation.args, dict(operation.kwargs)))
        results = [self._tensor(each) for each in operation.results]
        if not operation.writes and starts_from_nothing(operation.function):
            return _filling(operation, args, kwargs, results[0])
        return steps_of(operation.function, args, kwargs, results, writes=operation.writes)


def _filling(operation: Operation, args: Sequence[Any], kwargs: dict[str, Any], result: Tensor) -> list[Step]:
    """What brings a tensor that is written to later back to where it began."""
    name = name_of(operation.function)
    if "empty" in name:
        return []
    if "zeros" in name:
        return [result.zero_]
    # Anything else (ones, a range of numbers) comes back from a copy of it.
    return [partial(result.copy_, operation.function(*args, **kwargs))]
