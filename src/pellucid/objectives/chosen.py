"""A loss with its numbers, and its use by itself, in the plain shapes of ``torch.nn.functional``."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Chosen
from pellucid.errors import UnknownNameError, UsageError
from pellucid.objectives.entry import Loss, Numbers
from pellucid.objectives.forms import FORMS, Arranged, Options, real
from pellucid.objectives.numbers import stack_numbers

__all__ = ["ChosenLoss"]

_REDUCTIONS = ("none", "mean", "sum")


@dataclass(frozen=True, eq=False)
class ChosenLoss(Chosen[Loss]):
    """A loss with its numbers; calling it gives losses, ``gradient`` their gradient, worked out by hand.

    What it is called with depends on the loss, as in torch: ``(outputs, targets)``; pairs ``(x1, x2, targets)``;
    triplets ``(anchor, positive, negative)``; ctc ``(log_probabilities, targets, input_lengths, target_lengths)``.
    Outputs and targets never broadcast: shapes that do not fit are refused (rule L108).
    """

    def __post_init__(self) -> None:
        if self.entry.check is not None:
            self.entry.check(self.numbers)

    def __call__(
        self,
        *tensors: Any,
        reduction: str = "mean",
        weight: Any = None,
        sample_weight: Any = None,
        pos_weight: Any = None,
        ignore_index: int | None = None,
    ) -> Tensor:
        """Losses.

        Args:
            tensors: As the class says, in torch's shapes: ``(n)``, ``(n, c)``, ``(n, c, d₁, …)``.
            reduction: ``none``: one loss for each element or row, as in torch; ``sum``; ``mean``: over all of them,
                divided by the sum of weights where class numbers are weighted by class, or by sample weights. The mean
                of kl_divergence is over rows, never over classes (torch's ``batchmean``).
            weight: Class weights ``[c]``; for bce and bce_with_logits also weights of single elements.
            sample_weight: A weight per loss, or per entry of the first axis.
            pos_weight: Weight of the answer yes, for bce_with_logits; takes the place of the loss's own.
            ignore_index: Class number of rows that do not count; None: there are none.

        Raises:
            UsageError: If shapes, class numbers or options do not fit.
        """
        laid, numbers = self._arrange(tensors, weight, sample_weight, pos_weight, ignore_index)
        mean, factors = self._reduction(laid, reduction)
        losses = self.entry.value(laid.outputs, laid.targets, numbers)[0]
        if factors is not None:
            # where, not a product: 0 · ∞ would count a row that does not count.
            losses = torch.where(factors != 0, factors * losses, 0.0)
        if reduction == "none":
            shaped = losses.reshape(laid.shape)
            return shaped.sum(-1) if laid.folded else shaped
        return losses.sum() / mean

    def gradient(
        self,
        *tensors: Any,
        reduction: str = "mean",
        weight: Any = None,
        sample_weight: Any = None,
        pos_weight: Any = None,
        ignore_index: int | None = None,
    ) -> Any:
        """Gradient of the reduced loss with respect to the outputs; with ``none``, of every loss by itself.

        Takes what a call takes.

        Returns:
            A tensor in the shape of the outputs; for pairs and triplets a tuple, one for each tensor of outputs.

        Raises:
            UsageError: If shapes, class numbers or options do not fit.
        """
        laid, numbers = self._arrange(tensors, weight, sample_weight, pos_weight, ignore_index)
        mean, factors = self._reduction(laid, reduction)
        own = self.entry.gradient(laid.outputs, laid.targets, numbers)
        if factors is not None:
            units = laid.targets.shape[1]
            wide = factors.repeat(own.shape[1] // units if units else 1).view(1, -1, 1)
            own = torch.where(wide != 0, wide * own, 0.0)
        found = laid.restore(own / mean)
        return found[0] if len(found) == 1 else found

    def _arrange(
        self, tensors: tuple[Any, ...], weight: Any, sample_weight: Any, pos_weight: Any, ignore_index: int | None
    ) -> tuple[Arranged, Numbers]:
        rule = FORMS[self.entry.form]
        ways = {len(names): names for names in rule.tensors}
        if len(tensors) not in ways:
            calls = " or ".join(f"({', '.join(names)})" for names in rule.tensors)
            raise UsageError(f"{self.name} is called with {calls}, found {len(tensors)} tensors.")
        given = {"weight": weight, "pos_weight": pos_weight, "ignore_index": ignore_index}
        takes = [name for name in rule.options if name != "pos_weight" or "pos_weight" in self.numbers]
        for name, value in given.items():
            if value is not None and name not in takes:
                raise UsageError(f"{self.name} takes no {name}. Leave it out.")
        outputs = [
            real(each) if name in _OUTPUTS else torch.as_tensor(each if isinstance(each, Tensor) else np.asarray(each))
            for name, each in zip(ways[len(tensors)], tensors, strict=True)
        ]
        options = Options(_optional(weight), _optional(pos_weight), ignore_index)
        laid = rule.arrange(self.entry, self.numbers, tuple(outputs), options)
        if sample_weight is not None:
            laid = self._by_sample(laid, real(sample_weight))
        own = stack_numbers(self.entry, [self.numbers], dtype=laid.outputs.dtype, device=laid.outputs.device)
        return laid, {**own, **laid.numbers}

    def _by_sample(self, laid: Arranged, weights: Tensor) -> Arranged:
        shape = laid.shape[:-1] if laid.folded else laid.shape
        if weights.shape not in (shape, shape[:1]):
            raise UsageError(
                f"{self.name} has losses {tuple(shape)}, found sample_weight {tuple(weights.shape)} (rule L108). Give "
                "one weight per loss, or one per entry of the first axis."
            )
        wide = weights.to(laid.outputs.dtype).reshape(*weights.shape, *[1] * (len(laid.shape) - weights.dim()))
        flat = torch.broadcast_to(wide, laid.shape).reshape(-1)
        return replace(
            laid,
            factors=flat if laid.factors is None else laid.factors * flat,
            masses=flat if laid.masses is None else laid.masses * flat,
        )

    def _reduction(self, laid: Arranged, reduction: str) -> tuple[Tensor | float, Tensor | None]:
        """What the sum is divided by, and the factors of the single losses ``[b]``."""
        averaged = reduction == "mean" or (reduction == "batchmean" and self.entry.form == "shares")
        if not averaged and reduction not in _REDUCTIONS:
            raise UnknownNameError("reduction", reduction, _REDUCTIONS)
        if not averaged:
            return 1.0, laid.factors
        factors = laid.factors
        if laid.mean_factors is not None:
            factors = laid.mean_factors if factors is None else factors * laid.mean_factors
        return (laid.outputs.new_tensor(laid.shape.numel()) if laid.masses is None else laid.masses.sum()), factors


_OUTPUTS = ("outputs", "x1", "x2", "distances", "anchor", "positive", "negative", "log_probabilities")


def _optional(values: Any) -> Tensor | None:
    return None if values is None else real(values)
