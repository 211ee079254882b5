"""Following: what a model's last result is set against, which tells what the person takes for its target."""

import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from torch import Tensor

__all__ = ["Following", "tensors_in"]

# Functions by which losses are put together from an output and a target.
_SETTING_AGAINST = {
    "sub", "rsub", "__rsub__", "mul", "add", "div", "__rdiv__", "pow", "where", "dist", "cdist", "gather", "maximum",
    "minimum", "__getitem__", "take_along_dim", "pairwise_distance", "cosine_similarity", "isclose", "dot", "inner",
    "logaddexp", "index_select", "einsum", "matmul", "bmm", "mm",
}  # fmt: skip
_PRODUCTS = {"matmul", "mm", "bmm", "linear", "addmm", "einsum", "__matmul__"}
_COMPARING = {"__eq__", "eq", "ne", "__ne__"}
_MOST = 8
_FOLLOWED = 512


def tensors_in(values: Iterable[Any]) -> Iterator[Tensor]:
    """Tensors among arguments, those in short tuples and lists included."""
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, tuple | list) and len(value) < _MOST:
            yield from tensors_in(value)


class Following:
    """The last result, and tensors that the person's own lines set it against.

    Attributes:
        output: The result; None where no model was called since the last backward pass.
    """

    def __init__(self) -> None:
        self.output: Tensor | None = None
        self._against: list[Tensor] = []
        self._pairs: list[tuple[Tensor, Tensor]] = []
        self._made_of_it: dict[int, weakref.ref[Tensor]] = {}

    def begins(self, output: Tensor | None) -> None:
        """A model has returned."""
        self.ends()
        self.output = output
        if output is not None:
            self._follow(output)

    def ends(self) -> None:
        """Everything is let go."""
        self.output = None
        self._against.clear()
        self._pairs.clear()
        self._made_of_it.clear()

    def is_given(self, output: Tensor, target: Tensor) -> None:
        """The person has said that these are output and target."""
        self.output = output
        self._against[:] = [target]

    def meets(self, name: str, arguments: Iterable[Any]) -> bool:
        """A function is called outside of models; whether any of its arguments was made of the result."""
        tensors = list(tensors_in(arguments))
        plain = name.removeprefix("Tensor.")
        if self.output is None:
            self._meets_without_model(plain, tensors)
            return False
        ours = [tensor for tensor in tensors if self.is_made_of_it(tensor)]
        if ours and len(tensors) > 1 and plain in _SETTING_AGAINST and len(self._against) < _MOST:
            self._against += [other for other in self._others(tensors) if not other.requires_grad][:1]
        return bool(ours)

    def compared_with(self, name: str, arguments: Iterable[Any]) -> Tensor | None:
        """What the result, or something made of it, is compared with for equality; None where it is not."""
        if self.output is None or name.removeprefix("Tensor.") not in _COMPARING:
            return None
        tensors = list(tensors_in(arguments))
        others = self._others(tensors)
        return others[0] if len(others) < len(tensors) and others else None

    def came_to(self, result: Any) -> None:
        """A function that had something made of the result among its arguments has returned."""
        for tensor in tensors_in((result,)):
            self._follow(tensor)

    def pair(self) -> tuple[Tensor | None, Tensor | None]:
        """Output and target, as likely as they can be told: of the candidates the first with as many rows."""
        if self.output is None:
            return self._pairs[0] if self._pairs else (None, None)
        rows = self.output.shape[:1]
        first = self._against[0] if self._against else None
        return self.output, next((tensor for tensor in self._against if tensor.shape[:1] == rows), first)

    def is_made_of_it(self, tensor: Tensor) -> bool:
        """Whether a tensor is the result or was made of it."""
        known = self._made_of_it.get(id(tensor))
        return known is not None and known() is tensor

    def _others(self, tensors: list[Tensor]) -> list[Tensor]:
        return [tensor for tensor in tensors if tensor.dim() and not self.is_made_of_it(tensor)]

    def _follow(self, tensor: Tensor) -> None:
        if len(self._made_of_it) < _FOLLOWED:
            self._made_of_it[id(tensor)] = weakref.ref(tensor)

    def _meets_without_model(self, name: str, tensors: list[Tensor]) -> None:
        """Networks written out by hand: behind the last product of matrices the loss begins."""
        if name in _PRODUCTS:
            self._pairs.clear()
        elif name in _SETTING_AGAINST and len(self._pairs) < _MOST:
            ours = [tensor for tensor in tensors if tensor.grad_fn is not None]
            others = [tensor for tensor in tensors if not tensor.requires_grad and tensor.dim()]
            if ours and others:
                self._pairs.append((ours[0], others[0]))
