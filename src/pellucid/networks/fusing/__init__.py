"""Element-wise operations of a replay, several in one pass over memory, where llvmlite is installed.

Torch reads and writes every value at every operation. A kernel that is compiled for a run of them reads what the run
needs and writes what others need of it; the rest stays in registers. Every operation still rounds as torch rounds it:
the bits are the same, and only time is saved.
"""

from collections.abc import Callable, Sequence

import torch

from pellucid.arithmetic import has_compiler
from pellucid.networks.fusing.fused import Fused
from pellucid.networks.fusing.order import in_groups
from pellucid.networks.values import Operation, Reference

__all__ = ["WORTH_FUSING", "Fused", "can_fuse", "fuse", "step_of"]

WORTH_FUSING = 48
"""Runs after which a computation is likely to go on for so long that compiling it pays: 5 ms for each new kernel."""


def can_fuse(device: torch.device) -> bool:
    """Whether there is a compiler, and nothing that is faster: operations of several threads, or of a GPU."""
    return device.type == "cpu" and torch.get_num_threads() == 1 and has_compiler()


def fuse(parts: Sequence[Sequence[Operation]], kept: set[int]) -> list[list[Operation | Fused]]:
    """The operations of every part, element-wise ones together where that can be done.

    Args:
        parts: What runs together, in order; operations may change their places within a part.
        kept: Values that somebody reads when all is over.
    """
    from pellucid.networks.fusing.candidates import part_of

    read = [{each.value for operation in part for each in operation.reads} for part in parts]
    with torch.inference_mode(False), torch.no_grad():
        return [
            in_groups(part, part_of, kept.union(*read[:number], *read[number + 1 :]))
            for number, part in enumerate(parts)
        ]


def step_of(operation: Fused, real: Callable[[Reference], torch.Tensor]) -> Callable[[], None]:
    """A group as a call without arguments, on the tensors that references stand for from now on."""
    from pellucid.arithmetic.machine import compiled

    return operation.step(real, compiled)
