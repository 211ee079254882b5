"""Recording: what torch computes while a piece of code runs, operation by operation.

A training step repeats the same operations on tensors of the same shapes, so that it need be read from Python only
once. What was recorded is replayed by ``replay`` on memory that is laid out beforehand: the same operations in the
same order, hence the same bits, without the layers' Python and without allocating anything.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

__all__ = ["Call", "Recording", "memory_of", "tensors_in"]

# What cannot be replayed: it depends on values, or draws from a generator.
_UNFIT = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape, torch.Tag.nondeterministic_seeded}


class Call(NamedTuple):
    """One operation.

    Attributes:
        function: Torch's operator.
        args: As it was called.
        kwargs: The same, by name.
        results: The tensors that it returned.
        writes: Whether it changed one of its arguments instead of returning something new.
    """

    function: OpOverload
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    results: Sequence[Tensor]
    writes: bool


def tensors_in(*trees: Any) -> list[Tensor]:
    """Every tensor among arguments, lists of tensors included."""
    return [leaf for leaf in tree_leaves(trees) if isinstance(leaf, Tensor)]


def memory_of(tensor: Tensor) -> int:
    """A number that tensors in the same memory share, as long as one of them is alive."""
    found: int = tensor.untyped_storage()._cdata
    return found


class Recording(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes every operation that computes or writes something, while it is entered. Views compute nothing.

    The tensors themselves are kept, so that none of them comes to stand in the memory of another.

    Attributes:
        calls: The operations, in order.
        unfit: The first operation that cannot be replayed, because it depends on values; empty: there was none.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[Call] = []
        self.unfit = ""
        self._views: list[Tensor] = []
        self._looks_away = False

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Torch's own switch: keeps torch.compile out of the method below, at the price of importing it (seconds)."""
        return False

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self._views.clear()

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
        returned = func(*args, **kwargs)
        results = tensors_in(returned)
        writes = func._schema.is_mutable
        known = {memory_of(each) for each in tensors_in(args, kwargs)}
        if not writes and results and all(memory_of(each) in known for each in results):
            self._views += results
        else:
            self.calls.append(Call(func, args, kwargs, results, writes))
        return returned
