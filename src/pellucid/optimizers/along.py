"""The end of a step, once every value has its direction: decay, and a step along it, for a whole stack at once."""

from collections.abc import Callable
from functools import cache, partial
from itertools import groupby

import torch
from torch import Tensor

from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.neighbours import joined
from pellucid.optimizers.optimizer import Piece, Stacked, moving
from pellucid.optimizers.per_step import PerStep
from pellucid.shapes import Floats

__all__ = ["Along", "rounds_alike"]

_SHARE = "share that decay leaves"


class Along:
    """p ← (1 − lr·λ)·p − lr·f·d, f a group's learning-rate factor; d may be overwritten.

    Decoupled decay takes the rate before the group's factor, as PyTorch scales it (Loshchilov & Hutter 2019,
    "Decoupled weight decay regularization", algorithm 2).

    Numbers in which members differ meet one tensor per parameter ``[m, n]``, all other arithmetic the flat buffers.
    """

    def __init__(self, parameters: Stacked, directions: Stacked, numbers: PerStep, *, negated: bool = False) -> None:
        """An epoch's.

        Args:
            parameters: Changed in place.
            directions: Where the directions will stand, same layout.
            numbers: Among them, those of :meth:`numbers`.
            negated: Whether directions will come with the other sign, as what is to be added.
        """
        fit, whole = numbers.fit(2), parameters.whole and directions.whole
        # Rows of a number and what it is to meet.
        shrunk: list[tuple[Tensor, tuple[Tensor, ...]]] = []
        moved: list[tuple[Tensor, tuple[Tensor, ...]]] = []

        def rows(number: int, name: str, *stacks: Stacked) -> list[tuple[Tensor, tuple[Tensor, ...]]]:
            if whole and numbers.alike(name):
                return [(fit[name], tuple(stack.flat[number] for stack in stacks))]
            names = parameters.groups[number].names
            return [(fit[name], tuple(stack.views[own].flatten(1) for stack in stacks)) for own in names]

        for number, group in enumerate(parameters.groups):
            if moving(group):
                moved += rows(number, _rate(group), parameters, directions)
                if group.decays and _SHARE in fit:
                    shrunk += rows(number, _SHARE, parameters)
        self._calls: list[Callable[[], object]] = [partial(p.mul_, share) for share, (p,) in _fewest(shrunk)]
        for rate, (p, d) in _fewest(moved):
            go = _go_in_one if rounds_alike(p.dtype) else _go_in_two
            self._calls += go(p, d, rate, 1 if negated else -1)

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
        for call in self._calls:
            call()


@cache
def rounds_alike(dtype: torch.dtype) -> bool:
    """Whether torch's ``addcmul`` rounds a value in the same way wherever it stands.

    It may contract product and sum into one rounding. Where that holds for whole vector registers but not for the few
    values at the end of a run, a member's bits would depend on its place.
    """
    draw = torch.Generator().manual_seed(0)
    with torch.inference_mode(False):
        p, d, rate = torch.randn(3, 1 << 12, generator=draw, dtype=dtype).unbind(0)
        # What lies apart is taken one value at a time, as the end of a run is.
        apart = torch.empty(3, 1 << 12, 2, dtype=dtype)
        apart[:, :, 0] = torch.stack([p, d, rate])
        one, other, number = apart[:, :, 0].unbind(0)
        return torch.equal(torch.addcmul(p, d, rate), torch.addcmul(one, other, number)) and torch.equal(
            torch.addcmul(p, d, rate[0]), torch.addcmul(one, other, rate[0])
        )


def _go_in_one(p: Tensor, d: Tensor, rate: Tensor, sign: int) -> list[Callable[[], object]]:
    return [partial(p.addcmul_, d, rate, value=sign)]


def _go_in_two(p: Tensor, d: Tensor, rate: Tensor, sign: int) -> list[Callable[[], object]]:
    return [partial(d.mul_, rate), partial(p.add_ if sign > 0 else p.sub_, d)]


def _fewest(rows: list[tuple[Tensor, tuple[Tensor, ...]]]) -> list[tuple[Tensor, tuple[Tensor, ...]]]:
    """Flat neighbours that meet the same number as one."""
    found = []
    for _, group in groupby(rows, lambda row: id(row[0])):
        together = list(group)
        number, tensors = together[0][0], [own for _, own in together]
        found += [(number, own) for own in (joined(tensors) if tensors[0][0].dim() == 1 else tensors)]
    return found


def _rate(group: Piece) -> str:
    return f"rate of groups with factor {group.lr_factor}"
