"""The order in which things happened: passes over data, backward passes, steps."""

from dataclasses import dataclass, field

from torch import Tensor

from pellucid.doctor.facts.calls import Phase
from pellucid.doctor.facts.places import Place

__all__ = ["Backward", "Pass"]


@dataclass(slots=True, eq=False, repr=False)
class Pass:
    """Calls of one model in one phase, one behind the other, without any other phase between.

    Attributes:
        model: Number in ``Session.models``.
        phase: Mode and recording of gradients.
        noisy: Paths of its dropout and batch-norm modules that were in training mode, at the first call.
        still: Paths of those that were not.
        sizes: Rows of every call, by the length of the first axis of its first argument.
        backwards: Backward passes meanwhile.
        steps: Updates meanwhile.
        first_step: Updates before it.
        place: The line that called the model first.
    """

    model: int
    phase: Phase
    noisy: tuple[str, ...]
    still: tuple[str, ...]
    sizes: list[int] = field(default_factory=list)
    backwards: int = 0
    steps: int = 0
    first_step: int = 0
    place: Place | None = None

    def rounds(self) -> list[list[int]]:
        """The sizes round by round, for several rounds may have run one behind the other.

        A round ends with a batch that is smaller than its first; rounds of batches of one size cannot be told apart.
        """
        found: list[list[int]] = [[]]
        for size in self.sizes:
            found[-1].append(size)
            if size < found[-1][0]:
                found.append([])
        return [each for each in found if each]


@dataclass(slots=True, eq=False, repr=False)
class Backward:
    """The backward passes called from one line.

    Attributes:
        place: The person's line.
        values: What they were called on, detached, in order; all of them (beyond 20,000 every other one, and so on).
        steps: Updates before each.
        reached: ``id`` of the parameters that the graph of the first few led to.
        retained: Whether the graph was kept (``retain_graph=True``).
        nodes: How many autograd nodes the graphs of the first few and of the latest measured ones had.
    """

    place: Place | None
    values: list[Tensor] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    reached: frozenset[int] = frozenset()
    retained: bool = False
    nodes: list[int] = field(default_factory=list)
