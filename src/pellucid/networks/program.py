"""Program: a network's training pass, forward and backward, on memory laid out once.

The first pass runs the layers as they are written; the second does so too and records what torch computes; from then
on that is replayed, and after some dozens of passes with element-wise operations fused, where there is a compiler. Bits
are those of ``Network.forward`` and ``Network.backward`` throughout.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from pellucid.networks.activity import Activity
from pellucid.networks.fusing import WORTH_FUSING, can_fuse
from pellucid.networks.layer import Noise
from pellucid.networks.layout import Tensors, padded
from pellucid.networks.network import Network
from pellucid.networks.out_forms import Step
from pellucid.networks.recording import Recording, Seen, lies_alike
from pellucid.networks.replay import Replay

__all__ = ["Program", "bind"]


def bind(
    network: Network, parameters: Tensors, gradients: Tensors, *, rows: int, width: int, noise: Noise
) -> "Program":
    """The training pass of a stack on its own memory.

    Args:
        network: Its layers.
        parameters: Where its parameters are, for as long as the program is used.
        gradients: Where their gradients go, likewise.
        rows: Rows of a batch, a multiple of 16.
        width: Encoded columns, padded.
        noise: What the training steps bring along. It moves from step to step, but which draws there are, and the
            strengths of input noise and penalties, stay as they are.
    """
    return Program(network, parameters, gradients, rows=rows, width=width, noise=noise)


class Program:
    """Forward and backward of one training step, to be run again and again on the same memory.

    Fill ``x`` (and ``codes``), call ``forward``, fill the used columns of ``output_gradient``, call ``backward``.
    Inputs and parameters stay as they are in between: what the forward pass has computed is not computed again.

    Attributes:
        x: Encoded columns ``[m, b, i]``, to be filled in place; zeros at first.
        codes: Category codes ``[m, b, e]``, to be filled in place; None for networks without embedded categories.
        outputs: Outputs ``[m, b, o]``, o padded: what ``forward`` returns.
        output_gradient: Gradient of the outputs ``[m, b, o]``, to be filled in place, as wide as the network reads it
            (``Network.slope_width``); its padding stays 0.
    """

    def __init__(
        self, network: Network, parameters: Tensors, gradients: Tensors, *, rows: int, width: int, noise: Noise
    ) -> None:
        self._network, self._parameters, self._gradients = network, parameters, gradients
        like = next(iter(parameters.views.values()))
        m = network.members
        with torch.inference_mode(False):
            self.x: Tensor = like.new_zeros(m, rows, width)
            categories = network.features.spec.categories if network.features is not None else ()
            self.codes: Tensor | None = None
            if categories:
                self.codes = torch.zeros(m, rows, len(categories), dtype=torch.int64, device=like.device)
            self.outputs: Tensor = like.new_zeros(m, rows, padded(network.outputs))
            self.output_gradient: Tensor = like.new_zeros(m, rows, network.slope_width)
        self._recording: Recording | None = Recording()
        self._noise = noise
        self._draws = _Draws(noise, self._recording)
        # What layers and noise make once and keep exists after the first pass, and is not taken for a part of it.
        self._is_warm = False
        self._middle = 0
        self._result, self._tapes = self.outputs, list[Any]()
        self._forward: list[Step] | None = None
        self._backward: list[Step] = []
        # What is replayed as it was recorded, and how often so far; None once there is nothing to gain.
        self._unfused: _Recorded | None = None
        self._passes = 0

    @property
    def is_recorded(self) -> bool:
        """Whether passes are replayed by now; False before the second is over, and where a layer looks at values."""
        return self._forward is not None

    def forward(self) -> Tensor:
        """Outputs ``[m, b, o]`` of what stands in ``x``, always the same tensor."""
        if self._forward is None:
            return self._written_forward()
        if self._unfused is not None:
            self._passes += 1
            if self._passes == WORTH_FUSING:
                self._prepare(self._unfused, fused=True)
        for step in self._forward:
            step()
        return self.outputs

    def backward(self) -> None:
        """Overwrite the gradients, given what stands in ``output_gradient``; once after each ``forward``."""
        if self._forward is None:
            self._written_backward()
            return
        for step in self._backward:
            step()

    def activity(self) -> Tensor | None:
        """What penalties on hidden values add to the loss of the last pass ``[m]``; None where there are none."""
        return self._network.activity(self._tapes)

    def _written_forward(self) -> Tensor:
        """Forward as it is written, recorded unless that has proved to be in vain."""
        views, network = self._parameters.views, self._network
        with torch.inference_mode(False), torch.no_grad():
            if self._recording is None or not self._is_warm:
                self._result, self._tapes = network.forward(views, self.x, self._noise, self.codes)
            else:
                self._recording.clear()
                self._draws.clear()
                with self._recording:
                    self._result, self._tapes = network.forward(views, self.x, self._draws, self.codes)
                self._middle = len(self._recording.calls)
            return self.outputs.copy_(self._result)

    def _written_backward(self) -> None:
        """The same for backward; then what was recorded is made ready to be replayed."""
        given = (self._parameters.views, self._tapes, self.output_gradient, self._gradients.views)
        with torch.inference_mode(False), torch.no_grad():
            if self._recording is None or not self._is_warm:
                self._network.backward(*given)
                self._is_warm = True
                return
            with self._recording:
                self._network.backward(*given)
            if not self._recording.unfit:
                self._prepare(_Recorded(self._recording, self._middle, self._result, self._tapes), fused=False)
            self._recording = None

    def _prepare(self, recorded: "_Recorded", *, fused: bool) -> None:
        calls, middle, made, tapes = recorded.recording.calls, recorded.middle, recorded.result, recorded.tapes
        # Outputs are computed where they are wanted, unless they are laid out in another way.
        outputs = self.outputs if lies_alike(Seen.of(made), Seen.of(self.outputs)) else None
        penalised = [
            tape if isinstance(layer, Activity) else None
            for layer, tape in zip(self._network.layers, tapes, strict=True)
        ]
        keep = [(made, outputs), *((each, None) for tape in penalised if tape for each in tape)]
        replay = Replay(calls, [middle, len(calls)], keep, fused=fused)
        self._tapes = [tape and tuple(replay.real(each) for each in tape) for tape in penalised]
        forward, self._backward = replay.parts
        self._forward = [*self._draws.refills, *forward]
        result = replay.real(made)
        if result.data_ptr() != self.outputs.data_ptr():
            self._forward.append(lambda: self.outputs.copy_(result))
        self._result = self.outputs
        recorded.tapes = penalised
        self._unfused = None if fused or not can_fuse(self.x.device) else recorded


@dataclass
class _Recorded:
    """A recorded pass.

    Attributes:
        recording: Of forward and backward.
        middle: How many operations are forward's.
        result: Outputs, where they stood.
        tapes: Of every layer, where they stood.
    """

    recording: Recording
    middle: int
    result: Tensor
    tapes: list[Any]


class _Draws:
    """A noise whose numbers stand in the same memory at every step; draws that can be recorded are.

    Attributes:
        refills: What draws everything that the first pass asked for anew, for the step that the source has moved to.
    """

    is_recordable = True

    def __init__(self, source: Noise, recording: Recording) -> None:
        self._source, self._recording = source, recording
        self._kept: dict[tuple[str, int, int, int], Tensor | None] = {}
        self._weights: Tensor | None = None
        self.refills: list[Step] = []

    def clear(self) -> None:
        """Forget what was asked for."""
        self._kept.clear()
        self.refills.clear()
        self._weights = None

    @property
    def row_weights(self) -> Tensor:
        if self._weights is None:
            kept = self._weights = self._recording.unseen(lambda: self._source.row_weights.clone())
            self.refills.append(lambda: kept.copy_(self._source.row_weights))
        return self._weights

    @property
    def input_noise(self) -> Tensor | None:
        return self._source.input_noise

    @property
    def activity(self) -> Tensor | None:
        return self._source.activity

    def mask(self, stream: int, rows: int, width: int) -> Tensor | None:
        return self._drawn("mask", stream, rows, width)

    def uniform(self, stream: int, rows: int, width: int) -> Tensor:
        found = self._drawn("uniform", stream, rows, width)
        assert found is not None
        return found

    def normal(self, stream: int, rows: int, width: int) -> Tensor:
        found = self._drawn("normal", stream, rows, width)
        assert found is not None
        return found

    def _drawn(self, kind: str, stream: int, rows: int, width: int) -> Tensor | None:
        if self._source.is_recordable:
            found: Tensor | None = getattr(self._source, kind)(stream, rows, width)
            return found
        key = (kind, stream, rows, width)
        if key not in self._kept:
            draw: Callable[[int, int, int], Tensor] = getattr(self._source, kind)
            drawn = self._recording.unseen(lambda: draw(stream, rows, width))
            kept = self._kept[key] = None if drawn is None else self._recording.unseen(drawn.clone)
            if kept is not None:
                self.refills.append(lambda: kept.copy_(draw(stream, rows, width)))
        return self._kept[key]
