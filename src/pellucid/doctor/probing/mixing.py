"""Whether rows of a batch influence one another's outputs in evaluation mode."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pellucid.doctor.probing.copies import exactly, experiment, forward

__all__ = ["Mixing", "rows_mixed"]

_ROWS = 16


@dataclass(frozen=True)
class Mixing:
    """What the test has shown.

    Attributes:
        mixed: Whether changing one row changed the output of another.
        changed: The row that was changed; None if nothing moved.
        moved: The other row whose output moved most; None if none did.
        difference: By how much it moved, relative to the scale of the outputs.
        first_axis: Whether the output has as many rows as the input; where it has not, nothing was tried.
    """

    mixed: bool
    changed: int | None = None
    moved: int | None = None
    difference: float = 0.0
    first_axis: bool = True

    def __bool__(self) -> bool:
        return self.mixed


def rows_mixed(model: nn.Module, rows: Tensor) -> Mixing:
    """Whether output i depends on row j ≠ i, in evaluation mode.

    Every one of at most 16 rows is exchanged in turn, and nothing else, with the same random numbers, and the outputs
    are compared in float64.

    Args:
        model: Stays as it is.
        rows: Inputs ``[n, …]``; with fewer than 2 rows nothing can be mixed.

    Raises:
        Exception: Whatever the model raises.
    """
    if len(rows) < 2:
        return Mixing(False)
    with experiment():
        return exactly(model, rows[:_ROWS], _test)


def _test(network: nn.Module, rows: Tensor, tolerance: float) -> Mixing:
    def outputs(given: Tensor) -> Tensor:
        torch.manual_seed(0)
        return forward(network, given)

    plain = outputs(rows)
    if plain.dim() == 0 or len(plain) != len(rows):
        return Mixing(False, first_axis=False)
    if not torch.equal(plain, outputs(rows)):  # it has a state, or random numbers of its own: nothing can be compared
        return Mixing(False)
    scale = max(float(plain.abs().max()), 1e-12)
    for changed in range(len(rows)):
        altered = rows.clone()
        altered[changed] = (
            rows[changed] * 2 + rows.std() + 1 if rows.is_floating_point() else rows[(changed + 1) % len(rows)]
        )
        distance = (outputs(altered) - plain).abs().reshape(len(rows), -1).amax(1)
        distance[changed] = 0
        if float(distance.max()) > tolerance * scale:
            return Mixing(True, changed, int(distance.argmax()), float(distance.max()) / scale)
    return Mixing(False)
