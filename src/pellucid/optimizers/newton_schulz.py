"""Newton–Schulz iteration: the nearest orthogonal matrix, roughly, by matrix products alone.

Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks",
https://kellerjordan.github.io/posts/muon/. Its coefficients push every singular value into about 0.7 to 1.2 within five
iterations. PyTorch iterates in bfloat16; here the tensors' own type is kept.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from pellucid.optimizers.sums import per_member_dots

__all__ = ["orthogonalised"]


def orthogonalised(matrices: Tensor, *, coefficients: Sequence[float], steps: int, eps: Tensor, tall: bool) -> Tensor:
    """X ← a·X + (b·A + c·A²)·X with A = X·Xᵀ, from the matrix scaled to Frobenius norm 1.

    Rows and columns of zeros stay zero, so that padding does not matter.

    Args:
        matrices: ``[m, i, o]``.
        coefficients: a, b, c.
        steps: Iterations.
        eps: Least norm to divide by ``[m, 1, 1]``.
        tall: Whether a matrix has more rows than columns; its transpose is iterated then, for the smaller products.
    """
    a, b, c = coefficients
    norm = per_member_dots(matrices, matrices).sqrt_().to(matrices.dtype).view(-1, 1, 1)
    x = matrices / torch.maximum(norm, eps)
    if tall:
        x = x.transpose(1, 2).contiguous()
    for _ in range(steps):
        gram = torch.bmm(x, x.transpose(1, 2))
        polynomial = torch.bmm(gram, gram).mul_(c).add_(gram * b)
        x = torch.bmm(polynomial, x).add_(x * a)
    return x.transpose(1, 2) if tall else x
