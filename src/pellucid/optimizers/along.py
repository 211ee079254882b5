"""The end of a step, once every value has its direction: decay, and a step along it, for a whole stack at once."""

import torch
from torch import Tensor

from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.optimizer import Piece, Stacked, moving
from pellucid.optimizers.per_step import PerStep
from pellucid.shapes import Floats

__all__ = ["Along"]

_SHARE = "share that decay leaves"


class Along:
    """p ← (1 − lr·λ)·p − lr·f·d, f a group's learning-rate factor; d is overwritten.

    Decoupled decay takes the rate before the group's factor, as PyTorch scales it (Loshchilov & Hutter 2019,
    "Decoupled weight decay regularization", algorithm 2).

    Every operation rounds once. A fused multiply-add (``addcmul``, ``lerp``, ``add`` with a factor) would save a pass
    over memory, but may round differently at the ends of a run, and a member's bits would depend on its place. Numbers
    in which members differ meet one tensor per parameter ``[m, n]``, all other arithmetic the flat buffers.
    """

    def __init__(self, parameters: Stacked, directions: Stacked, numbers: PerStep, *, negated: bool = False) -> None:
        """An epoch's.

        Args:
            parameters: Changed in place.
            directions: Where the directions will stand, same layout.
            numbers: Among them, those of :meth:`numbers`.
            negated: Whether directions will come with the other sign, as what is to be added.
        """
        groups = [(number, group) for number, group in enumerate(parameters.groups) if moving(group)]
        whole = parameters.whole and directions.whole
        self._apply = torch._foreach_add_ if negated else torch._foreach_sub_
        fit = numbers.fit(2)

        def tensors(stack: Stacked, number: int, *, flat: bool) -> list[Tensor]:
            if flat:
                return [stack.flat[number]]
            return [stack.views[name].flatten(1) for name in parameters.groups[number].names]

        self._moved, self._directions = [], []
        self._scaled, self._rates, self._shrunk, self._shares = [], [], [], []
        for number, group in groups:
            self._moved += tensors(parameters, number, flat=whole)
            self._directions += tensors(directions, number, flat=whole)
            rate = _rate(group)
            scaled = tensors(directions, number, flat=whole and numbers.alike(rate))
            self._scaled += scaled
            self._rates += [fit[rate]] * len(scaled)
            if group.decays and _SHARE in fit:
                shrunk = tensors(parameters, number, flat=whole and numbers.alike(_SHARE))
                self._shrunk += shrunk
                self._shares += [fit[_SHARE]] * len(shrunk)

    @staticmethod
    def numbers(parameters: Stacked, tables: Tables) -> dict[str, Floats]:
        """What it calculates with, from ``lr`` and ``weight_decay``, ``[steps, m]`` all."""
        groups = [group for group in parameters.groups if moving(group)]
        found = {_rate(group): tables["lr"] * group.lr_factor for group in groups}
        # Members that do not decay are multiplied by 1, which is exact.
        if tables["weight_decay"].any() and any(group.decays for group in groups):
            found[_SHARE] = 1.0 - tables["lr"] * tables["weight_decay"]
        return found

    def step(self) -> None:
        """One, once its numbers and its directions stand where they were promised."""
        if not self._moved:
            return
        torch._foreach_mul_(self._scaled, self._rates)
        if self._shrunk:
            torch._foreach_mul_(self._shrunk, self._shares)
        self._apply(self._moved, self._directions)


def _rate(group: Piece) -> str:
    return f"rate of groups with factor {group.lr_factor}"
