"""Activation layer, plain or mixed with the identity by a learned slope."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.networks.activations import ACTIVATIONS
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec, padded

__all__ = ["Activate", "ParametricActivate"]


class Activate(AbstractLayer):
    """``[m, b, i] → [m, b, i]``, element by element."""

    def __init__(self, activation: str, width: int) -> None:
        self.activation = ACTIVATIONS[activation]
        # Padded units must stay silent; where f(0) is not 0 they have to be told.
        self.silent_from = width if self.activation.at_zero and padded(width) > width else None

    def forward(
        self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """f(x); the tape is (x, f(x))."""
        y = self.activation.value(x)
        if self.silent_from is not None:
            y[:, :, self.silent_from :] = 0.0
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
        self.silent_from = width if self.activation.at_zero and padded(width) > width else None
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
        if self.silent_from is not None:
            y[:, :, self.silent_from :] = 0.0
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
        """d slope = Σ_b dy·(f(x) − x), dx = dy·(1 − slope) + dy·slope·f′(x)."""
        x, y, bend = tape
        torch.sum(dy * bend, 1, keepdim=True, out=gradients[self.slope])
        if not need_input:
            return None
        bent = dy * parameters[self.slope]
        # dy − bent is the part that goes straight through.
        return (dy - bent).add_(self.activation.pull(bent, x, y))
