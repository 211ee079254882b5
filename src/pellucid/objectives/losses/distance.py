"""Distance between outputs and targets, for losses of numbers."""

from torch import Tensor

__all__ = ["distance", "fitted"]


def fitted(outputs: Tensor, targets: Tensor) -> Tensor:
    """Targets as wide as the outputs ``[m, b, o]``; they may come as ``[m, b]`` for a single output.

    Raises:
        ValueError: If they do not fit, so that nothing broadcasts by accident (rule L108).
    """
    wide = targets.unsqueeze(2) if targets.dim() == 2 else targets
    if wide.shape != outputs.shape:
        raise ValueError(f"targets {tuple(targets.shape)} do not fit outputs {tuple(outputs.shape)}")
    return wide


def distance(outputs: Tensor, targets: Tensor) -> Tensor:
    """Outputs minus targets ``[m, b, o]``, a tensor of its own."""
    return outputs - fitted(outputs, targets)
