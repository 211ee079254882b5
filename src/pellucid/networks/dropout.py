"""Dropout: hidden values are zeroed at random while training, and the rest scaled up (Srivastava et al. 2014)."""

from collections.abc import Mapping

from torch import Tensor

from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import padded

__all__ = ["Dropout"]


class Dropout(AbstractLayer):
    """``[m, b, i] → [m, b, i]``; each member has its own rate, which the noise knows."""

    def __init__(self, stream: int, width: int) -> None:
        self.stream, self.width = stream, padded(width)

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor | None]:
        """X · mask; the tape is the mask, None when nothing is dropped."""
        mask = None if noise is None else noise.mask(self.stream, x.shape[1], self.width)
        return (x if mask is None else x * mask), mask

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: Tensor | None,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """Dx = dy · mask."""
        return dy if tape is None else dy * tape
