"""Activity penalty: hidden values are drawn to 0 while training, so that a code is sparse.

strength · Σ_b weight_b · Σ_i |h|, for weights that sum to 1 the mean over the rows of a batch: the L1 form of the
sparsity penalty of Goodfellow, Bengio & Courville (2016), "Deep learning", eq. (14.2).
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.activations.softmaxes import sum_over_row
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.row_sums import row_sums

__all__ = ["Activity"]


class Activity(AbstractLayer):
    """``[m, b, i] → [m, b, i]``, unchanged; each member has its own strength, which the noise knows."""

    def forward(
        self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor] | None]:
        """X; the tape is (x, strength·weight ``[m, b, 1]``), None where nothing is penalised."""
        if noise is None or noise.activity is None:
            return x, None
        return x, (x, noise.activity * noise.row_weights.unsqueeze(-1))

    def penalty(self, tape: tuple[Tensor, Tensor] | None) -> Tensor | None:
        """What a forward pass adds to the loss ``[m]``; None where nothing is penalised."""
        if tape is None:
            return None
        x, factor = tape
        return sum_over_row((row_sums(x.abs()) * factor).flatten(1)).flatten()

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: tuple[Tensor, Tensor] | None,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """Dx = dy + strength·weight·sign(x)."""
        if tape is None:
            return dy
        x, factor = tape
        return torch.sign(x).mul_(factor).add_(dy)
