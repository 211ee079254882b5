"""Recording: what torch computes while a piece of code runs, operation by operation.

A training step repeats the same operations on tensors of the same shapes, so that it need be read from Python only
once. What was recorded is replayed by ``replay`` on memory that is laid out beforehand: the same operations in the
same order, hence the same bits, without the layers' Python and without allocating anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

__all__ = ["Call", "Recording", "Seen", "lies_alike", "memory_of", "name_of", "seen_in", "starts_from_nothing"]

# What cannot be replayed: it depends on values, or draws from a generator.
_UNFIT = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape, torch.Tag.nondeterministic_seeded}


# What makes a tensor out of no other.
_NOTHING = ["arange", "empty", "empty_strided", "full", "lift_fresh", "ones", "scalar_tensor", "zeros"]
_FROM_NOTHING = frozenset(_NOTHING + [f"{name}_like" for name in _NOTHING] + [f"new_{name}" for name in _NOTHING])


@dataclass(frozen=True, eq=False)
class Seen:
    """How a tensor lay in its memory when an operation met it.

    Attributes:
        memory: Which memory, see ``memory_of``.
        size: Of that memory, in bytes.
        tensor: The tensor itself, where it was there before the recording or depends on nothing.
    """

    memory: int
    size: int
    shape: torch.Size
    stride: tuple[int, ...]
    offset: int
    dtype: torch.dtype
    device: torch.device
    tensor: Tensor | None

    @classmethod
    def of(cls, tensor: Tensor, *, keep: bool = True) -> "Seen":
        """How a tensor lies; ``keep``: holding on to it."""
        return cls(
            memory_of(tensor),
            tensor.untyped_storage().nbytes(),
            tensor.shape,
            tensor.stride(),
            int(tensor.storage_offset()),
            tensor.dtype,
            tensor.device,
            tensor if keep else None,
        )


class Call(NamedTuple):
    """One operation.

    Attributes:
        function: Torch's operator.
        args: As it was called, with what was seen for every tensor.
        kwargs: The same, by name.
        results: What it returned.
        writes: Whether it changed one of its arguments instead of returning something new.
    """

    function: OpOverload
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    results: Sequence[Seen]
    writes: bool


def _weakly(tensor: Tensor) -> StorageWeakRef:
    return StorageWeakRef(tensor.untyped_storage())  # type: ignore[no-untyped-call]


def seen_in(*trees: Any) -> list[Seen]:
    """Every tensor among recorded arguments, those in lists included."""
    return [leaf for leaf in tree_leaves(trees) if isinstance(leaf, Seen)]


def name_of(function: OpOverload) -> str:
    """``mul`` of ``aten::mul.Tensor``."""
    return function._schema.name.removeprefix("aten::")


def starts_from_nothing(function: OpOverload) -> bool:
    """Whether an operator makes a tensor whose values depend on no other tensor."""
    return name_of(function) in _FROM_NOTHING


def lies_alike(one: Seen, other: Seen) -> bool:
    """Whether both fill their memory from its beginning, and in the same way."""
    return one.offset == other.offset == 0 and all(
        getattr(one, name) == getattr(other, name) for name in ("dtype", "shape", "stride", "size", "device")
    )


def memory_of(tensor: Tensor) -> int:
    """A number that tensors in the same memory share, as long as one of them is alive."""
    found: int = tensor.untyped_storage()._cdata
    return found


class Recording(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes every operation that computes or writes something, while it is entered. Views compute nothing.

    Results are let go as soon as the recorded code lets them go; only their numbers are kept from being given again.

    Attributes:
        calls: The operations, in order.
        unfit: The first operation that cannot be replayed, because it depends on values; empty: there was none.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[Call] = []
        self.unfit = ""
        # Of everything made here; and which of it depends on nothing.
        self._made: dict[int, StorageWeakRef] = {}
        self._constant: set[int] = set()
        self._looks_away = False

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Torch's own switch: keeps torch.compile out of the method below, at the price of importing it (seconds)."""
        return False

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self._made.clear()
        self._constant.clear()

    def unseen(self, function: Callable[[], Tensor]) -> Tensor:
        """What the function returns, computed without a note: an input of what is recorded."""
        self._looks_away = True
        try:
            return function()
        finally:
            self._looks_away = False

    def __torch_dispatch__(
        self, func: OpOverload, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Run an operation and note it."""
        kwargs = kwargs or {}
        if self._looks_away:
            return func(*args, **kwargs)
        # In inference mode composite operators arrive whole.
        with self:
            parts = func.decompose(*args, **kwargs)
        if parts is not NotImplemented:
            return parts
        if _UNFIT & set(func.tags):
            self.unfit = self.unfit or str(func)
        writes = func._schema.is_mutable
        own_args, own_kwargs = tree_map(self._seen, (tuple(args), dict(kwargs)))
        read = {each.memory for each in seen_in(own_args, own_kwargs)}
        returned = func(*args, **kwargs)
        results = [leaf for leaf in tree_leaves(returned) if isinstance(leaf, Tensor)]
        if not writes and results and all(memory_of(each) in read for each in results):
            # A view.
            return returned
        if not writes:
            new = {memory_of(each): _weakly(each) for each in results}
            self._made |= new
            if starts_from_nothing(func) or (read and read <= self._constant):
                self._constant |= set(new)
        self.calls.append(Call(func, own_args, own_kwargs, [self._seen(each) for each in results], writes))
        return returned

    def _seen(self, leaf: Any) -> Any:
        if not isinstance(leaf, Tensor):
            return leaf
        memory = memory_of(leaf)
        return Seen.of(leaf, keep=memory not in self._made or memory in self._constant)
