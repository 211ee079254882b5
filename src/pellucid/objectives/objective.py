"""Objective: a loss with its head (link, number of outputs, decision), and what it accepts."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from pellucid.errors import UsageError
from pellucid.objectives.losses import LossNumbers, find_loss

__all__ = ["Objective", "choose_loss"]

_CLASS_LOSSES = ("cross_entropy", "bce_with_logits")


def choose_loss(loss: str, task: str) -> str:
    """The loss that a recipe means for a task; ``auto`` is cross-entropy, BCE with logits (two classes) or MSE.

    Raises:
        UnknownNameError: If there is no such loss.
        UsageError: If the loss does not fit the task; names one that does.
    """
    if loss == "auto":
        return {"binary": "bce_with_logits", "multiclass": "cross_entropy"}.get(task, "mse")
    find_loss(loss)
    if task == "regression" and loss in _CLASS_LOSSES:
        raise UsageError(f"The loss {loss!r} needs classes, but the target is a number. Use mse, l1 or huber.")
    if task != "regression" and loss not in _CLASS_LOSSES:
        raise UsageError(
            f"The loss {loss!r} needs a numeric target, but the target has classes: it would fit class numbers as if "
            "they were amounts (rule L110). Use cross_entropy."
        )
    if task == "multiclass" and loss == "bce_with_logits":
        raise UsageError(
            "The loss 'bce_with_logits' judges one yes-or-no output, but the target has more than two "
            "exclusive classes (rule L111). Use cross_entropy."
        )
    return loss


@dataclass(frozen=True)
class Objective:
    """Loss and head of a stack.

    Attributes:
        loss: Registered loss.
        task: binary, multiclass or regression.
        classes: Number of classes; 0 for a regression.
        targets: Number of target columns; 1 unless a regression has more.
    """

    loss: str
    task: str
    classes: int = 0
    targets: int = 1

    @property
    def outputs(self) -> int:
        """How many outputs the network needs."""
        if self.loss == "cross_entropy":
            return self.classes
        return 1 if self.loss == "bce_with_logits" else self.targets

    @property
    def link(self) -> Literal["softmax", "sigmoid", "identity"]:
        """From outputs to predictions."""
        if self.loss == "cross_entropy":
            return "softmax"
        return "sigmoid" if self.loss == "bce_with_logits" else "identity"

    def losses(self, outputs: Tensor, targets: Tensor, weights: Tensor, numbers: LossNumbers) -> Tensor:
        """Weighted losses ``[m]``: summed over a member's own rows, never over members.

        Args:
            outputs: ``[m, b, o]``, b a multiple of 16, o padded or not.
            targets: ``[m, b]`` or ``[m, b, t]``.
            weights: Row weights ``[m, b]`` that sum to 1 over a member's real rows and are 0 on filling rows.
            numbers: Per-member numbers of the loss.
        """
        losses = find_loss(self.loss).value(outputs[:, :, : self.outputs], targets, numbers) * weights
        # One long sum would be cut up by threads, and its bits depend on their number; sixteen side by side are not.
        return losses.reshape(len(losses), -1, 16).sum(1).sum(1)

    def gradient(
        self, outputs: Tensor, targets: Tensor, weights: Tensor, numbers: LossNumbers, *, out: Tensor
    ) -> Tensor:
        """Gradient of the weighted losses with respect to the outputs, written to ``out [m, b, o]`` (o padded).

        Columns of ``out`` beyond the used ones are left as they are: 0, if it came as zeros.
        """
        used = outputs[:, :, : self.outputs]
        own = find_loss(self.loss).gradient(used, targets, numbers)
        torch.mul(own, weights.unsqueeze(2), out=out[:, :, : self.outputs])
        return out

    def evaluate(
        self, outputs: Tensor, targets: Tensor, weights: Tensor, numbers: LossNumbers
    ) -> tuple[Tensor, Tensor]:
        """Sums over rows, each ``[m]`` in float64: loss (without smoothing), and error.

        The error is the number of wrong classes, or the squared distance for a regression.
        """
        used = outputs[:, :, : self.outputs]
        losses = find_loss(self.loss).value(used, targets, numbers._replace(label_smoothing=None))
        if self.task == "regression":
            wide = targets.unsqueeze(2) if targets.dim() == 2 else targets
            errors = (used - wide).square().mean(2)
        else:
            decided = used.argmax(2) if self.loss == "cross_entropy" else (used[:, :, 0] > 0).to(targets.dtype)
            errors = (decided != targets).to(outputs.dtype)
        zero = torch.zeros((), dtype=outputs.dtype)
        # where, not a product: 0 · NaN would poison the sum with rows that are not there.
        there = weights > 0
        return (
            torch.where(there, losses * weights, zero).double().sum(1),
            torch.where(there, errors * weights, zero).double().sum(1),
        )
