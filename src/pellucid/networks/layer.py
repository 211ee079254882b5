"""What every layer is: a value and a derivative, both for a whole stack.

``forward`` returns the output and a *tape* (whatever its derivative needs later); ``backward`` takes the tape and the
gradient of the output, writes the gradients of the layer's parameters, and returns the gradient of its input.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

from torch import Tensor

from pellucid.networks.layout import ParameterSpec
from pellucid.shapes import Floats

__all__ = ["AbstractLayer", "Noise"]


class Noise(Protocol):
    """What a training step brings along beside its rows; where a layer gets None instead, the network predicts.

    Every draw is a function of (member seed, stream, epoch, step).
    """

    @property
    def is_recordable(self) -> bool:
        """Whether draws are computed from tensors that stay where they are while their numbers move with the steps.

        What torch computed for one draw, computed again at another step, is then that step's draw.
        """

    @property
    def row_weights(self) -> Tensor:
        """Weights ``[m, b]``, one for each row that goes through the network; rows that only fill the batch have 0."""

    @property
    def input_noise(self) -> Tensor | None:
        """Standard deviations ``[m, 1, 1]`` of the noise on the numeric columns; None where no member has any."""

    @property
    def activity(self) -> Tensor | None:
        """Strengths ``[m, 1, 1]`` of the penalty on hidden values; None where no member has any."""

    def mask(self, stream: int, rows: int, width: int) -> Tensor | None:
        """Dropout factors ``[m, rows, width]``, 0 or 1/(1 − p); None when nothing is dropped."""

    def uniform(self, stream: int, rows: int, width: int) -> Tensor:
        """Draws ``[m, rows, width]`` from [0, 1)."""

    def normal(self, stream: int, rows: int, width: int) -> Tensor:
        """Standard normal draws ``[m, rows, width]``."""


class AbstractLayer(ABC):
    """One layer of a stack of networks. Widths are padded; see ``layout``."""

    parameters: tuple[ParameterSpec, ...] = ()

    def starts(self, member: int) -> Mapping[str, Floats]:
        """First values of the parameters that do not start by chance, for one member: name → ``file_shape``."""
        return {}

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
        """Gradient of the input ``[m, b, i]`` (None unless needed); overwrites this layer's gradients.

        Their padding is 0 and may be left as it is.
        """
