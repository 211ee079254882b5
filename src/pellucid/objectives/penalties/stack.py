"""All penalties of a stack: added to its gradients, summed for its losses, enforced on its parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, Self

import numpy as np
import torch
from torch import Tensor

from pellucid.objectives.penalties.entry import ChosenPenalty
from pellucid.objectives.penalties.touched import Spec, touched
from pellucid.shapes import Array, Floats

__all__ = ["Named", "StackPenalties", "Together"]


class Named(Protocol):
    """Parameters that lie together in memory (``networks.Group``)."""

    @property
    def names(self) -> tuple[str, ...]: ...  # noqa: D102


class Together(Protocol):
    """A tensor ``[m, …]`` per parameter (``networks.Tensors``); no flat ones where it is a slice."""

    @property
    def flat(self) -> Sequence[Tensor]: ...  # noqa: D102
    @property
    def views(self) -> Mapping[str, Tensor]: ...  # noqa: D102
    @property
    def groups(self) -> Sequence[Named]: ...  # noqa: D102


@dataclass
class _Run:
    """Neighbouring members that a penalty looks at. The others' gradients are not touched at all: −0 + 0 is not −0."""

    first: int
    last: int
    values: Floats  # [n]
    _made: dict[tuple[torch.dtype, torch.device, int], Tensor] = field(default_factory=dict)

    @cached_property
    def agreed(self) -> bool:
        return bool((self.values == self.values[0]).all())

    def of(self, view: Tensor) -> Tensor:
        return view[self.first : self.last]

    def factor(self, like: Tensor) -> float | Tensor:
        """One number if all agree, else ``[n, 1, …]``; both are rounded to the tensor's type, so bits are the same."""
        return _rounded(float(self.values[0]), like) if self.agreed else self.each(like)

    def each(self, like: Tensor) -> Tensor:
        """All numbers ``[n, 1, …]``, made once."""
        key = (like.dtype, like.device, like.dim())
        if key not in self._made:
            made = torch.as_tensor(self.values, dtype=like.dtype, device=like.device)
            self._made[key] = made.view(-1, *([1] * (like.dim() - 1)))
        return self._made[key]


class StackPenalties:
    """Penalties of every member.

    Every sum of penalties on one parameter p is a·|p| + ½·b·p²; a and b are added up first, in float64, so that a
    member gets the same bits in any company.

    Attributes:
        empty: Whether nobody has a penalty on parameters; the methods then do nothing.
        activity: Strength of the L1 norm of hidden values ``[m]``; the network applies it.
    """

    def __init__(self, per_member: Sequence[Sequence[ChosenPenalty]], specs: Sequence[Spec]) -> None:
        """Sort out who is penalised where.

        Args:
            per_member: Each member's penalties.
            specs: All parameters of the network.

        Raises:
            UsageError: If a penalty looks at parameters that the network does not have.
        """
        self._chosen, self._specs = [tuple(own) for own in per_member], tuple(specs)
        m = len(self._chosen)
        linear, square, limits = ({spec.name: np.zeros(m) for spec in specs} for _ in range(3))
        for limit in limits.values():
            limit.fill(np.inf)
        names: dict[ChosenPenalty, tuple[str, ...]] = {}
        for member, own in enumerate(self._chosen):
            for penalty in own:
                if penalty.entry.activity:
                    continue
                if penalty not in names:
                    names[penalty] = touched(penalty, specs)
                a, b = penalty.parts
                for name in names[penalty]:
                    linear[name][member] += a
                    square[name][member] += b
                    limits[name][member] = min(limits[name][member], penalty.limit)
        self._linear = {name: runs for name, each in linear.items() if (runs := _runs(each, each != 0))}
        self._square = {name: runs for name, each in square.items() if (runs := _runs(each, each != 0))}
        self._limits = {name: runs for name, each in limits.items() if (runs := _runs(each, each < np.inf))}
        self.empty = not (self._linear or self._square or self._limits)
        self.activity: Floats = np.array([sum(penalty.activity for penalty in own) for own in self._chosen])
        # Where all members and parameters agree in one b, whole buffers can be worked on.
        self._shared = {name: float(each[0]) for name, each in square.items() if m and (each == each[0]).all()}

    def add_gradients(self, parameters: Together, gradients: Together) -> None:
        """Add b·p, then a·sign(p), to the gradients."""
        if not (self._linear or self._square):
            return
        whole = len(parameters.flat) == len(parameters.groups) == len(gradients.flat)
        for number, group in enumerate(parameters.groups):
            b = self._shared.get(group.names[0]) if whole and group.names else None
            if b is not None and all(self._shared.get(name) == b for name in group.names):
                _add(gradients.flat[number], parameters.flat[number], b)
            else:
                for name in group.names:
                    for run in self._square.get(name, ()):
                        p, g = run.of(parameters.views[name]), run.of(gradients.views[name])
                        # Not addcmul: it may round once where a product and a sum round twice.
                        g.add_(p * run.factor(p))
            for name in group.names:
                for run in self._linear.get(name, ()):
                    p, g = run.of(parameters.views[name]), run.of(gradients.views[name])
                    g.add_(torch.sign(p).mul_(run.factor(p)))

    def values(self, parameters: Together) -> Floats:
        """What the penalties add to every member's loss, float64 ``[m]``."""
        total = np.zeros(len(self._chosen))
        for spec in self._specs:
            for run in self._linear.get(spec.name, ()):
                total[run.first : run.last] += run.values * _sum(run.of(parameters.views[spec.name]).double().abs())
            for run in self._square.get(spec.name, ()):
                squares = _sum(run.of(parameters.views[spec.name]).double().square())
                total[run.first : run.last] += run.values * 0.5 * squares
        return total

    def project(self, parameters: Together) -> None:
        """After an update: scale down the incoming weights of every unit whose norm is above its limit."""
        for name, runs in self._limits.items():
            for run in runs:
                weight = run.of(parameters.views[name])  # [n, i, o]
                norm = (weight * weight).sum(1, keepdim=True).sqrt_()
                limit = run.each(weight)
                # limit/norm where norm > limit, else 1, which changes no bit.
                weight.mul_(torch.where(norm > limit, limit / norm, torch.ones_like(norm)))

    def take(self, members: Sequence[int]) -> Self:
        """The penalties of only these members."""
        return type(self)([self._chosen[member] for member in members], self._specs)


def _add(gradient: Tensor, parameter: Tensor, b: float) -> None:
    if b:
        gradient.add_(parameter * _rounded(b, parameter))


def _rounded(value: float, like: Tensor) -> float:
    return value if like.dtype == torch.float64 else float(np.float32(value))


def _runs(values: Floats, there: Array) -> tuple[_Run, ...]:
    """Stretches of neighbouring members that are there."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return tuple(
        _Run(int(first), int(last), values[first:last]) for first, last in zip(edges[::2], edges[1::2], strict=True)
    )


def _sum(values: Tensor) -> Floats:
    """Sums ``[n]`` over everything but the members, sixteen side by side: one long sum would be cut up by threads."""
    return values.reshape(len(values), -1, 16).sum(1).sum(1).cpu().numpy()
