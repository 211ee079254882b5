"""Whether a whole network is one affine map."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pellucid.doctor.probing.copies import exactly, experiment, forward

__all__ = ["Affinity", "is_affine"]

_PAIRS = 64


@dataclass(frozen=True)
class Affinity:
    """What the test has shown.

    Attributes:
        affine: Whether f(a + b) − f(a) − f(b) + f(0) vanished for every pair.
        residual: The largest of its absolute values, relative to the scale of the outputs.
        pairs: Pairs of rows that were tried.
    """

    affine: bool
    residual: float
    pairs: int

    def __bool__(self) -> bool:
        return self.affine


def is_affine(model: nn.Module, rows: Tensor) -> Affinity:
    """Whether the network computes W·x + c, in evaluation mode and float64.

    f is affine if and only if f(a + b) − f(a) − f(b) + f(0) = 0 for all a, b. Rows are paired with points around them,
    as they are and enlarged, so that units which all rows leave on one side are crossed, too.

    Args:
        model: Stays as it is.
        rows: Floating-point inputs ``[n, …]``, at least one.

    Raises:
        TypeError: If the rows are no floating-point numbers, or the model returns no tensor.
        Exception: Whatever the model raises.
    """
    if not rows.is_floating_point():
        raise TypeError(f"rows are {rows.dtype}, and sums of such mean nothing")
    with experiment():
        return exactly(model, rows[torch.randperm(len(rows))[:_PAIRS].to(rows.device)], _test)


def _test(network: nn.Module, rows: Tensor, tolerance: float) -> Affinity:
    spread = rows.std(0, correction=0) + rows.abs().mean() + 1
    other = rows.roll(1, 0) + torch.randn_like(rows) * 10 * spread
    ratios = []
    for first, second in ((rows, other), (-3 * other, 30 * rows), (10 * other, -10 * other.roll(1, 0))):
        both, one, two, none = (forward(network, part) for part in (first + second, first, second, 0 * first))
        residual = float((both - one - two + none).abs().max())
        scale = max(float(part.abs().max()) for part in (both, one, two, none))
        ratios.append(residual / scale if scale > 0 else residual)
    worst = max(ratios)
    return Affinity(all(ratio <= tolerance for ratio in ratios), worst, 3 * len(rows))  # NaN is never small
