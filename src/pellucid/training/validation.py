"""Validation: losses and errors of a stack on rows that it does not learn from, epoch after epoch."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from pellucid.networks import Network, Tensors, padded
from pellucid.objectives import StackObjective
from pellucid.shapes import Floats, RowNumbers
from pellucid.training.batches import blocks
from pellucid.training.data import TrainingData
from pellucid.training.repeated import Repeated

__all__ = ["BLOCK", "Validation"]

BLOCK = 256
"""Rows that are looked at together, at most."""
# Recording a pass costs about as much as ten passes.
_WORTH_RECORDING = 20


class Validation:
    """A stack's validation rows, in blocks of fixed shape."""

    def __init__(
        self,
        network: Network,
        objective: StackObjective,
        data: TrainingData,
        rows: Sequence[RowNumbers],
        parameters: Tensors,
        *,
        epochs: int,
    ) -> None:
        """Lay out blocks.

        Args:
            network: Layers of the stack.
            objective: Of its members.
            data: The table, where the parameters are.
            rows: Validation units of each member.
            parameters: Those that are trained; what predicts may be others.
            epochs: How often it will be asked, about.
        """
        self._network, self._objective, self._data, self._parameters = network, objective, data, parameters
        longest = max(len(own) for own in rows)
        width = padded(min(BLOCK, longest)) if longest else 0
        device = parameters.device
        self._blocks = blocks(rows, width, dtype=parameters.dtype, device=device) if longest else []
        self._counts = np.array([max(len(own), 1) for own in rows])
        self._m, self._device = len(rows), device
        self._repeated: Repeated | None = None
        if self._blocks and epochs * len(self._blocks) >= _WORTH_RECORDING:
            per_unit = 1 if data.units is None else data.units.shape[1]
            shape = (self._m, width * per_unit)
            self._x = data.inputs.new_zeros(*shape, data.inputs.shape[1])
            self._codes = None if data.codes is None else data.codes.new_zeros(*shape, data.codes.shape[1])
            self._outputs = data.inputs.new_zeros(*shape, padded(network.outputs))
            # Nothing in it knows this object, so that memory is given back as soon as it goes.
            self._repeated = Repeated(
                partial(_write, self._outputs, network, parameters, self._x, self._codes), self._outputs
            )

    @torch.inference_mode()
    def __call__(self, predicting: Tensors) -> tuple[Floats, Floats]:
        """Mean loss and error of every member ``[m]``; see ``StackObjective.evaluate``.

        Args:
            predicting: The parameters to predict with.
        """
        loss = torch.zeros(self._m, dtype=torch.float64, device=self._device)
        error = torch.zeros(self._m, dtype=torch.float64, device=self._device)
        for units, real in self._blocks:
            inputs, targets, codes = self._data.gather(units)
            outputs = self._predicted(predicting, inputs, codes)
            more_loss, more_error = self._objective.evaluate(outputs, targets, real)
            loss += more_loss
            error += more_error
        losses, errors = loss.cpu().numpy() / self._counts, error.cpu().numpy() / self._counts
        return losses, self._objective.mean_error(errors)

    def _predicted(self, predicting: Tensors, inputs: Tensor, codes: Tensor | None) -> Tensor:
        # What is replayed reads the trained parameters where they stand; others are new at every call.
        if self._repeated is None or predicting is not self._parameters:
            return self._network.forward(predicting.views, inputs, None, codes)[0]
        self._x.copy_(inputs)
        if self._codes is not None and codes is not None:
            self._codes.copy_(codes)
        self._repeated()
        return self._outputs


def _write(outputs: Tensor, network: Network, parameters: Tensors, x: Tensor, codes: Tensor | None) -> None:
    outputs.copy_(network.forward(parameters.views, x, None, codes)[0])
