"""Recorded operations as operations on values: what is computed twice is computed once.

In a recording tensors are places, which may be written to again and again. Here every write to a place that is nobody
else's view makes a new value instead. Two equal operations on equal values then have equal results, so that what the
backward pass computes anew (an exponential, say) is found among what the forward pass has left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._pytree import tree_leaves, tree_map

from pellucid.networks.recording import Call, Seen, lies_alike, memory_of, name_of, seen_in

__all__ = ["Operation", "Reference", "Values"]


@dataclass(frozen=True)
class Reference:
    """A value, or a view of it.

    Attributes:
        value: Its number.
        seen: How it lay in the recording.
    """

    value: int
    seen: Seen


@dataclass(frozen=True)
class Operation:
    """One operation on values.

    Attributes:
        function: Torch's operator.
        args: Its arguments, references where they are tensors.
        kwargs: The same, by name.
        results: What it makes.
        writes: Whether it changes one of its arguments instead of making something.
    """

    function: OpOverload
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    results: tuple[Reference, ...]
    writes: bool

    @cached_property
    def reads(self) -> list[Reference]:
        """Every reference among the arguments."""
        return [leaf for leaf in tree_leaves((self.args, dict(self.kwargs))) if isinstance(leaf, Reference)]

    @cached_property
    def changes(self) -> list[Reference]:
        """Those of them that it writes to."""
        leaves = tree_leaves(_written_arguments(self.function, self.args, self.kwargs))
        return [leaf for leaf in leaves if isinstance(leaf, Reference)]


class Values:
    """The values of a recording.

    Attributes:
        operations: One for each recorded call; None where its result is there already.
        made: Values that come into being here, and nowhere else.
        overwritten: Values whose recorded tensors hold something else by now.
    """

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = calls
        self._now: dict[int, int] = {}  # memory → the value that stands there at this point of the recording
        self._count = 0
        self._written = self._find_written()
        self._known: dict[object, tuple[Reference, ...]] = {}
        self.made: set[int] = set()
        self.overwritten: set[int] = set()
        self.operations: list[Operation | None] = [self._operation(call) for call in calls]

    def of(self, tensor: Tensor) -> int:
        """The number of the value that stands in a tensor's memory in the end."""
        return self._value(memory_of(tensor))

    def _find_written(self) -> set[int]:
        """Memory that operations write to in place, and for which that cannot be said as a new value."""
        first: dict[int, Seen] = {}
        found: set[int] = set()
        for call in self._calls:
            if not call.writes:
                first |= {each.memory: each for each in call.results}
        for call in self._calls:
            if not call.writes:
                continue
            target = _replaced(call)
            if target is None or target.memory not in first:
                found |= {each.memory for each in _targets(call)}
        # A place of which a write changes a part goes on being a place; it may be read in any way.
        for call in self._calls:
            target = _replaced(call) if call.writes else None
            if target is not None and target.memory in first and not lies_alike(target, first[target.memory]):
                found.add(target.memory)
        return found

    def _value(self, memory: int) -> int:
        if memory not in self._now:
            self._now[memory] = self._new()
        return self._now[memory]

    def _new(self) -> int:
        self._count += 1
        return self._count

    def _operation(self, call: Call) -> Operation | None:
        def reference(leaf: Any) -> Any:
            return Reference(self._value(leaf.memory), leaf) if isinstance(leaf, Seen) else leaf

        args, kwargs = tree_map(reference, (call.args, call.kwargs))
        function, results, writes = call.function, call.results, call.writes
        if writes:
            making, target = _making(function), _replaced(call)
            if making is None or target is None or target.memory in self._written:
                return Operation(function, args, kwargs, (), True)
            function, results = making, [target]
            self.overwritten.add(args[0].value)
        # What is written to in place is nobody else's.
        own = any(each.memory in self._written for each in results)
        key = None if own else self._key(function, args, kwargs)
        same = self._known.get(key) if key is not None else None
        if same is not None:
            self._now |= {new.memory: old.value for new, old in zip(results, same, strict=True)}
            return None
        made = []
        for each in results:
            value = self._now[each.memory] = self._new()
            made.append(Reference(value, each))
            self.made.add(value)
        if key is not None:
            self._known[key] = tuple(made)
        return Operation(function, args, kwargs, tuple(made), False)

    def _key(self, function: OpOverload, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> object | None:
        """What two equal operations have in common; None if one of the arguments may change, or there is none."""
        leaves: list[object] = []
        any_tensor = False
        for leaf in tree_leaves((args, dict(kwargs))):
            if isinstance(leaf, Reference):
                seen = leaf.seen
                if seen.memory in self._written:
                    return None
                leaves.append((leaf.value, seen.dtype, seen.shape, seen.stride, seen.offset))
                any_tensor = True
            else:
                # 1 and 1.0, and 0.0 and −0.0, are equal, but not the same number.
                leaves.append((type(leaf), repr(leaf)))
        return (function, tuple(kwargs), tuple(leaves)) if any_tensor else None


def _making(function: OpOverload) -> OpOverload | None:
    """``add`` for ``add_``; None if there is no such operator, or the old value is not read."""
    name = name_of(function)
    if not name.endswith("_") or name in ("copy_", "fill_", "zero_"):
        return None
    packet = getattr(torch.ops.aten, name[:-1], None)
    return getattr(packet, function._overloadname, None)


def _replaced(call: Call) -> Seen | None:
    """What a call writes to, where that can be said as a new value."""
    target = call.args[0] if call.args else None
    return target if isinstance(target, Seen) and _making(call.function) is not None else None


def _targets(call: Call) -> list[Seen]:
    """What a call writes to."""
    return seen_in(_written_arguments(call.function, call.args, call.kwargs))


def _written_arguments(function: OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
    named = {**dict(zip((each.name for each in function._schema.arguments), args, strict=False)), **kwargs}
    written = [each for each in function._schema.arguments if each.alias_info and each.alias_info.is_write]
    return [named.get(each.name) for each in written]
