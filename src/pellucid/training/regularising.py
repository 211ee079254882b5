"""What is done to gradients and parameters around an update: penalties, clipping, noise, projections; per member."""

from collections.abc import Sequence
from typing import Self

import numpy as np
import torch

from pellucid.networks import ParameterSpec, Tensors
from pellucid.objectives.penalties import ChosenPenalty, StackPenalties
from pellucid.optimizers.hyper import Spread, spread
from pellucid.optimizers.sums import per_member_norms
from pellucid.records import Recipe
from pellucid.shapes import Codes, Floats
from pellucid.training.randomness import GRADIENT, StackNoise

__all__ = ["Regulariser"]


class Regulariser:
    """Everything of a stack's recipes that touches gradients before an update and parameters after it.

    Attributes:
        penalties: Of every member.
        is_idle: Whether there is nothing to do.
        draws: Whether it adds noise.
    """

    def __init__(
        self, recipes: Sequence[Recipe], penalties: Sequence[Sequence[ChosenPenalty]], specs: Sequence[ParameterSpec]
    ) -> None:
        self._recipes, self._chosen, self._specs = list(recipes), list(penalties), tuple(specs)
        self.penalties = StackPenalties(self._chosen, self._specs)
        self._clip_norm = _limits([recipe.clip_norm for recipe in recipes])
        self._clip_value = _limits([recipe.clip_value for recipe in recipes])
        deviations = np.array([recipe.gradient_noise for recipe in recipes], dtype=np.float64)
        self._noise = deviations if deviations.any() else None
        self.is_idle = (
            self.penalties.empty and self._clip_norm is None and self._clip_value is None and self._noise is None
        )

    @property
    def draws(self) -> bool:
        """Whether it adds noise, whose strength moves from step to step."""
        return self._noise is not None

    def change_gradients(self, parameters: Tensors, gradients: Tensors, noise: StackNoise, steps: Codes) -> None:
        """Add penalties, clip values, clip norms, add noise, in this order.

        Args:
            parameters: The stack's.
            gradients: Changed in place.
            noise: At this step.
            steps: Every member's steps before this one ``[m]``, for the noise that dies down.
        """
        self.penalties.add_gradients(parameters, gradients)
        if self._clip_value is not None:
            for gradient in _trained(gradients):
                limit = self._clip_value.fit(gradient)["limit"]
                gradient.copy_(torch.minimum(torch.maximum(gradient, -limit), limit))
        if self._clip_norm is not None:
            norms = per_member_norms(gradients)
            factors = (self._clip_norm.fit(norms)["limit"] / (norms + 1e-6)).clamp(max=1.0)
            # A norm that is no number leaves the gradient alone: the loop sees to parameters that are not finite.
            factors = torch.where(factors.isfinite(), factors, 1.0)
            for gradient in _trained(gradients):
                gradient.mul_(factors.to(gradient.dtype).view(-1, *([1] * (gradient.dim() - 1))))
        if self._noise is not None:
            self._add_noise(gradients, noise, steps)

    def _add_noise(self, gradients: Tensors, noise: StackNoise, steps: Codes) -> None:
        # Neelakantan et al. (2015), arXiv 1511.06807, eq. (1): σ_t² = η/(1 + t)^γ with γ = 0.55; here η is meant as a
        # standard deviation, so that σ_t = η/(1 + t)^0.55.
        assert self._noise is not None
        now = self._noise / (1.0 + steps) ** 0.55
        for number, spec in enumerate(self._specs):
            if spec.kind == "statistic":
                continue
            gradient = gradients.views[spec.name]
            corner = gradient[(slice(None), *(slice(0, length) for length in spec.true_shape))]
            size = int(np.prod(spec.shape))
            drawn = noise.normal(GRADIENT + number, 1, size).view(gradient.shape)
            drawn = drawn[(slice(None), *(slice(0, length) for length in spec.true_shape))]
            corner.add_(drawn * spread(now, gradient))

    def project(self, parameters: Tensors) -> None:
        """After an update: bring parameters back to where penalties allow them."""
        self.penalties.project(parameters)

    def values(self, parameters: Tensors) -> Floats:
        """Sum of every member's penalties ``[m]``."""
        return self.penalties.values(parameters)

    def take(self, members: Sequence[int]) -> Self:
        """The same for only these members."""
        return type(self)([self._recipes[m] for m in members], [self._chosen[m] for m in members], self._specs)


def _limits(limits: list[float | None]) -> Spread | None:
    """A limit per member, ∞ where one has none; None where nobody has one."""
    if all(limit is None for limit in limits):
        return None
    return Spread({"limit": np.array([np.inf if limit is None else limit for limit in limits])})


def _trained(gradients: Tensors) -> list[torch.Tensor]:
    return [gradients.views[name] for group in gradients.groups if group.trained for name in group.names]
