"""Which operations are fused, and in which order everything then runs.

Operations and groups of them are the nodes of a graph whose edges say who must run before whom. An operation joins the
latest group that it shares a value with, unless that would close a circle; in the end the graph is gone through in the
old order as far as it allows.
"""

from collections.abc import Callable, Collection, Sequence
from heapq import heappop, heappush

from pellucid.networks.fusing.fused import Fused, Part, runs_in_vectors
from pellucid.networks.fusing.spaces import Space, dense, joined
from pellucid.networks.values import Operation

__all__ = ["in_groups"]

# Longer kernels do not keep their values in registers.
_MOST_PARTS = 48


class _Node:
    """An operation, or a group of parts.

    Attributes:
        operation: The only one, if it is no group.
        number: Of its last operation.
        parts: Of the group, by the numbers of their operations; a single one may grow into a group.
        space: Along which they run.
        values: That they read or make.
        made: Value → the part that makes it.
        before: Who must run before.
    """

    def __init__(self, number: int, operation: Operation, part: Part | None) -> None:
        self.number, self.operation = number, operation
        self.parts = {} if part is None else {number: part}
        self.space: Space = () if part is None else part.space
        self.before: set[_Node] = set()
        self.made = {} if part is None else {part.result.value: part}
        self.values = set() if part is None else {each.value for each in (*operation.reads, part.result)}

    def take_in(self, other: "_Node", space: Space) -> None:
        """Become one with another node, along a space into which both can be cut."""
        self.number, self.space = max(self.number, other.number), space
        self.parts |= other.parts
        self.values |= other.values
        self.made |= other.made
        self.before = (self.before | other.before) - {self, other}


def in_groups(
    operations: Sequence[Operation], part_of: Callable[[Operation], Part | None], needed_after: Collection[int]
) -> list[Operation | Fused]:
    """The same computation with groups of element-wise operations made one.

    Args:
        operations: In order.
        part_of: An operation as a part; None where it is not to be fused.
        needed_after: Values that somebody reads after all of these.
    """
    nodes: list[_Node] = []
    homes: list[_Node] = []
    order = _Order()
    for number, operation in enumerate(operations):
        own = _Node(number, operation, part_of(operation))
        own.before = {homes[each] for each in order.before(operation)}
        if own.parts:
            # First the latest group that has to do with it, then those that make what it reads.
            related = [each for each in reversed(nodes) if not own.values.isdisjoint(each.values)]
            makers = own.before.intersection(related)
            for other in [*related[:1], *(each for each in related[1:] if each in makers)]:
                space = _together(other, own)
                if space is not None:
                    own.take_in(other, space)
                    nodes.remove(other)
                    homes = [own if each is other else each for each in homes]
                    for node in nodes:
                        if other in node.before:
                            node.before = (node.before - {other}) | {own}
        nodes.append(own)
        homes.append(own)
        order.note(number, operation)
    readers: dict[int, set[_Node]] = {}
    for home, operation in zip(homes, operations, strict=True):
        for each in operation.reads:
            readers.setdefault(each.value, set()).add(home)
    found: list[Operation | Fused] = []
    for node in _in_order(nodes):
        if len(node.parts) < 2:
            found.append(node.operation)
            continue
        needed = {value for value in node.made if value in needed_after or readers.get(value, set()) - {node}}
        found.append(Fused([node.parts[number] for number in sorted(node.parts)], node.space, needed))
    return found


class _Order:
    """Which earlier operations must have run before the next one."""

    def __init__(self) -> None:
        self._writer: dict[int, int] = {}
        self._touched: dict[int, list[int]] = {}

    def before(self, operation: Operation) -> set[int]:
        """Numbers of the makers of what it reads, and of everybody who knew what it overwrites."""
        found = {self._writer[each.value] for each in operation.reads if each.value in self._writer}
        for each in operation.changes:
            found.update(self._touched.get(each.value, ()))
        return found

    def note(self, number: int, operation: Operation) -> None:
        """Take in an operation."""
        for each in (*operation.results, *operation.changes):
            self._writer[each.value] = number
        for each in (*operation.reads, *operation.results):
            self._touched.setdefault(each.value, []).append(number)


def _together(one: _Node, other: _Node) -> Space | None:
    """The space of two groups as one; None where they must stay two."""
    if not one.parts or len(one.parts) + len(other.parts) > _MOST_PARTS:
        return None
    space = joined(one.space, other.space)
    if space is None or not (_fits(one, other, space) and _fits(other, one, space)):
        return None
    # Who must run between the two keeps them apart.
    pairs = ((one, other), (other, one))
    if any(_comes_after(each, first) for first, last in pairs for each in last.before if each is not first):
        return None
    return space


def _fits(one: _Node, other: _Node, space: Space) -> bool:
    """Whether a group reads another's results as they are computed, number by number, and all else quickly."""
    for part in one.parts.values():
        for reference, own in zip(part.operation.reads, part.accesses, strict=True):
            maker = other.made.get(reference.value)
            if maker is None:
                continue
            if reference.seen.dtype != maker.result.seen.dtype or own.on(part.space, space) != dense(space):
                return False
        if space != part.space and not runs_in_vectors(part.accesses, part.space, space):
            return False
    return True


def _comes_after(node: _Node, other: _Node) -> bool:
    """Whether a node must run after the other."""
    waiting, seen = [node], {node}
    while waiting:
        for each in waiting.pop().before:
            if each is other:
                return True
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    return False


def _in_order(nodes: Sequence[_Node]) -> list[_Node]:
    """Everybody behind those that must run before, else in the order of their last operations."""
    left = {node: len(node.before) for node in nodes}
    after: dict[_Node, list[_Node]] = {}
    for node in nodes:
        for each in node.before:
            after.setdefault(each, []).append(node)
    by_number = {node.number: node for node in nodes}
    ready = [node.number for node in nodes if not left[node]]
    found: list[_Node] = []
    ready.sort()
    while ready:
        node = by_number[heappop(ready)]
        found.append(node)
        for each in after.get(node, ()):
            left[each] -= 1
            if not left[each]:
                heappush(ready, each.number)
    return found
