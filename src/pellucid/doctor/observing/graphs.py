"""Graphs: what autograd recorded, read backwards from a tensor."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from torch import Tensor

__all__ = ["Walk", "history", "leads_to", "number_of", "walk"]

_LONGEST = 20_000  # nodes that are visited; a graph that grows with every step is told by then
_NAMES = 64

# Which of the inputs is the data, where the first that was recorded may be a weight.
_DATA = {
    "AddmmBackward0": 1,
    "AddmvBackward0": 1,
    "BaddbmmBackward0": 1,
    "AddbmmBackward0": 1,
    "MmBackward0": 0,
    "MvBackward0": 0,
    "BmmBackward0": 0,
    "LinearBackward0": 0,
    "ConvolutionBackward0": 0,
    "NativeBatchNormBackward0": 0,
    "NativeLayerNormBackward0": 0,
    "EmbeddingBackward0": 0,
}


@dataclass(eq=False, repr=False)
class Walk:
    """A graph, from the loss down.

    Attributes:
        names: Names of its first nodes, nearest first, without the leaves.
        nodes: How many nodes it has.
        leaves: The leaves that it leads to.
        numbers: Sequence numbers of its nodes, which name a node without keeping it.
    """

    names: tuple[str, ...]
    nodes: int
    leaves: tuple[Tensor, ...]
    numbers: frozenset[int]

    @property
    def reached(self) -> frozenset[int]:
        """``id`` of every leaf."""
        return frozenset(id(leaf) for leaf in self.leaves)


def number_of(tensor: Tensor) -> int | None:
    """Sequence number of the node that made a tensor; None if none was recorded."""
    node: Any = tensor.grad_fn
    return None if node is None else int(node._sequence_nr())


def history(tensor: Tensor, most: int = 16) -> tuple[str, ...]:
    """Names of the nodes that led to a tensor, nearest first, along the data and not the weights."""
    names: list[str] = []
    node: Any = tensor.grad_fn
    while node is not None and len(names) < most:
        name = node.name()
        names.append(name)
        node = _before(node, name)
    return tuple(names)


def _before(node: Any, name: str) -> Any:
    inputs = [before for before, _ in node.next_functions]
    if name in _DATA:
        inputs = inputs[_DATA[name] : _DATA[name] + 1]
    return next((before for before in inputs if before is not None and not _is_leaf(before)), None)


def _is_leaf(node: Any) -> bool:
    return type(node).__name__ == "AccumulateGrad"


def leads_to(start: Any, wanted: set[int]) -> frozenset[int]:
    """Which nodes of these numbers a graph has; it is looked through no further than until all are found."""
    left = set(wanted)
    seen = {start}
    waiting = deque([start])
    while waiting and left and len(seen) < _LONGEST:
        node = waiting.popleft()
        left.discard(node._sequence_nr())
        for before, _ in node.next_functions:
            if before is not None and before not in seen and not _is_leaf(before):
                seen.add(before)
                waiting.append(before)
    return frozenset(wanted - left)


def walk(start: Any) -> Walk:
    """Everything that a node leads to, breadth first."""
    names: list[str] = []
    leaves: list[Tensor] = []
    numbers: set[int] = set()
    seen = {start}
    waiting = deque([start])
    while waiting and len(seen) < _LONGEST:
        node = waiting.popleft()
        if _is_leaf(node):
            leaves.append(node.variable)
            continue
        numbers.add(node._sequence_nr())
        if len(names) < _NAMES:
            names.append(node.name())
        for before, _ in node.next_functions:
            if before is not None and before not in seen:
                seen.add(before)
                waiting.append(before)
    return Walk(tuple(names), len(seen), tuple(leaves), frozenset(numbers))
