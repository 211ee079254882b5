"""Activation layer, plain or mixed with the identity by a learned slope."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.activations import ACTIVATIONS
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec, padded

__all__ = ["Activate", "ParametricActivate"]


def _silencer(activation: str, width: int) -> Tensor | None:
    """1 for real units, 0 for padding ``[i]``: padded units must stay silent, and where f(0) is not 0 must be told."""
    if not ACTIVATIONS[activation].at_zero or padded(width) == width:
        return None
    return (torch.arange(padded(width)) < width).to(torch.float32)


class Activate(AbstractLayer):
    """``[m, b, i] → [m, b, i]``, element by element."""

    def __init__(self, activation: str, width: int) -> None:
        self.activation = ACTIVATIONS[activation]
        self.silencer = _silencer(activation, width)

    def forward(
        self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """f(x); the tape is (x, f(x))."""
        y = self.activation.value(x)
        if self.silencer is not None:
            y = y * self.silencer.to(y.dtype)
        return y, (x, y)

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: tuple[Tensor, Tensor],
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """Dx = dy·f′(x)."""
        return self.activation.pull(dy, *tape) if need_input else None


class ParametricActivate(AbstractLayer):
    """x + slope·(f(x) − x), one slope per unit, 1 at the start (RealMLP, arXiv 2407.04491 §3)."""

    def __init__(self, name: str, activation: str, width: int) -> None:
        self.activation = ACTIVATIONS[activation]
        self.slope = f"{name}.slope"
        self.silencer = _silencer(activation, width)
        self.parameters = (
            ParameterSpec(
                name=self.slope,
                shape=(1, padded(width)),
                true_shape=(1, width),
                file_shape=(width,),
                kind="slope",
            ),
        )

    def forward(
        self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
        """The mixture; the tape is (x, f(x), f(x) − x)."""
        y = self.activation.value(x)
        if self.silencer is not None:
            y = y * self.silencer.to(y.dtype)
        bend = y - x
        return torch.addcmul(x, bend, parameters[self.slope]), (x, y, bend)

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: tuple[Tensor, Tensor, Tensor],
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """D slope = Σ_b dy·(f(x) − x), dx = dy·(1 − slope) + dy·slope·f′(x)."""
        x, y, bend = tape
        torch.sum(dy * bend, 1, keepdim=True, out=gradients[self.slope])
        if not need_input:
            return None
        bent = dy * parameters[self.slope]
        # dy − bent is the part that goes straight through.
        return (dy - bent).add_(self.activation.pull(bent, x, y))
