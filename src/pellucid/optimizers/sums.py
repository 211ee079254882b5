"""Sums over all values of a member, whose bits depend on its own values alone.

PyTorch's sum over a long axis adds in an order that depends on the shape of the whole tensor and on the number of
threads. NumPy's goes along each row of a contiguous array by itself, pairwise, in an order that only the row's length
decides. On other devices PyTorch's is what there is.
"""

import torch
from torch import Tensor

from pellucid.optimizers.optimizer import Stacked

__all__ = ["per_member_dots", "per_member_norms", "per_member_sums"]


def per_member_sums(values: Tensor) -> Tensor:
    """Sums over everything but the member axis, ``[m, …] → [m]``, float64."""
    rows = values.double().contiguous().view(len(values), -1)
    if rows.device.type != "cpu":
        return rows.sum(1)
    return torch.from_numpy(rows.numpy().sum(axis=1))


def per_member_dots(a: Tensor, b: Tensor) -> Tensor:
    """Dot products of the members' values, ``[m, …], [m, …] → [m]``, float64."""
    return per_member_sums(a.double() * b.double())


def per_member_norms(tensors: Stacked) -> Tensor:
    """√Σ x² over everything that is trained, ``[m]``, float64."""
    device = next(iter(tensors.views.values())).device
    total = torch.zeros(tensors.members, dtype=torch.float64, device=device)
    for group in tensors.groups:
        if group.trained:
            for name in group.names:
                total += per_member_dots(tensors.views[name], tensors.views[name])
    return total.sqrt_()
