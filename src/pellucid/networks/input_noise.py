"""Input noise: normal noise on the numeric columns while training.

Bishop (1995), "Training with noise is equivalent to Tikhonov regularization".
"""

from collections.abc import Mapping

from torch import Tensor

from pellucid.networks.layer import AbstractLayer, Noise

__all__ = ["InputNoise"]


class InputNoise(AbstractLayer):
    """Encoded columns ``[m, b, i]`` → the same; each member has its own standard deviation, which the noise knows."""

    def __init__(self, stream: int, numeric: int) -> None:
        self.stream, self.numeric = stream, numeric

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, None]:
        """X + standard deviation · normal, in the numeric columns."""
        if noise is None or noise.input_noise is None:
            return x, None
        drawn = noise.normal(self.stream, *x.shape[1:])[..., : self.numeric]
        noisy = x.clone()
        noisy[..., : self.numeric] += drawn * noise.input_noise
        return noisy, None

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: None,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """Dx = dy."""
        return dy
