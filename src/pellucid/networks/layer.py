"""What every layer is: a value and a derivative, both for a whole stack.

``forward`` returns the output and a *tape* (whatever its derivative needs later); ``backward`` takes the tape and the
gradient of the output, writes the gradients of the layer's parameters, and returns the gradient of its input.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

from torch import Tensor

from pellucid.networks.layout import ParameterSpec

__all__ = ["AbstractLayer", "Noise"]


class Noise(Protocol):
    """Random masks as a function of (member seed, stream, epoch, step)."""

    def mask(self, stream: int, rows: int, width: int) -> Tensor | None:
        """Dropout factors ``[m, rows, width]``, 0 or 1/(1 − p); None when nothing is dropped."""


class AbstractLayer(ABC):
    """One layer of a stack of networks. Widths are padded; see ``layout``."""

    parameters: tuple[ParameterSpec, ...] = ()

    @abstractmethod
    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, Any]:
        """Output ``[m, b, o]`` and tape, for input ``x [m, b, i]``; ``noise`` None means prediction."""

    @abstractmethod
    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: Any,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """Gradient of the input ``[m, b, i]`` (None unless needed); overwrites this layer's gradients."""
