"""L-BFGS: Newton's direction, from the last few steps and gradients; every member has its own history and line search.

Liu & Nocedal (1989), "On the limited memory BFGS method for large scale optimization". One update is one iteration:
``torch.optim.LBFGS(max_iter=1)`` called once, with ``max_eval = trials + 1`` where it searches.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.optimizers.curvature import Curvature
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Hyper, Tables
from pellucid.optimizers.optimizer import AbstractOptimizer, Again, Stacked, Steps, array_of, moving
from pellucid.optimizers.ranges import lr
from pellucid.optimizers.step_by_step import StepByStep
from pellucid.optimizers.strong_wolfe import Search, strong_wolfe
from pellucid.optimizers.sums import per_member_dots, per_member_sums
from pellucid.shapes import Array, Floats

__all__ = ["LBFGS"]

# A pair with less curvature than this is not stored (torch.optim.LBFGS).
_LEAST_CURVATURE = 1e-10


class LBFGSRule(AbstractOptimizer):
    """d = −H·g; p ← p + t·d, with t = lr (at first lr·min(1, 1/Σ|g|)), or from a line search that begins there.

    A group's learning-rate factor f scales its variables by √f, so that a first step is lr·f·g as elsewhere.
    """

    def __init__(self, parameters: Stacked, structural: Mapping[str, Value]) -> None:
        self._searches = structural["line_search"] == "strong_wolfe"
        history = structural["history"]
        assert isinstance(history, int)
        self.steps = np.zeros(parameters.members, dtype=np.int64)
        sample = self._gathered(parameters)
        self._curvature = Curvature(sample, history)
        self._gradient, self._direction = torch.zeros_like(sample), torch.zeros_like(sample)
        self._length: Floats = np.zeros(parameters.members)
        # Steps that had a gradient to go by; a member that has come to rest counts no further.
        self._iterations = np.zeros(parameters.members, dtype=np.int64)

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One iteration; see the class.

        Raises:
            ValueError: If it shall search and cannot look again.
        """
        self.steps += 1
        losses = None
        if self._searches:
            if again is None:
                raise ValueError("a line search needs `again`")
            losses = again()
        g = self._gathered(gradients)
        if not g.shape[1]:
            return
        # A gradient that is not finite is let through: the member's parameters then say so.
        active = ~(_numbers(g.abs().amax(1)) <= hyper["tolerance_grad"])
        self._iterations += active
        self._remember(g, active)
        lr = hyper["lr"]
        first = self._iterations == 1
        with np.errstate(divide="ignore"):
            initial = np.minimum(1.0, 1.0 / _numbers(per_member_sums(g.abs()))) * lr
        self._length = np.where(active, np.where(first, initial, lr), self._length)
        slope = _numbers(per_member_dots(g, self._direction))
        moves = active & ~(slope > -hyper["tolerance_change"])
        if losses is None:
            self._step(parameters, self._originals(parameters), np.where(moves, self._length, 0.0))
        elif again is not None and moves.any():
            self._search(parameters, gradients, losses, slope, moves, hyper["trials"], again)

    def begin(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> Steps:
        """The updates of an epoch."""
        return StepByStep(self, parameters, gradients, tables)

    def _remember(self, g: Tensor, active: Array) -> None:
        """Store what the last step taught, and find the new direction of those that are active."""
        step = self._direction * g.new_tensor(self._length).view(-1, 1)
        change = g - self._gradient
        curvature = per_member_dots(change, step)
        learns = active & (self._iterations > 1) & (_numbers(curvature) > _LEAST_CURVATURE)
        self._curvature.store(step, change, curvature, learns)
        mask = torch.from_numpy(active).to(g.device).view(-1, 1)
        self._gradient = torch.where(mask, g, self._gradient)
        self._direction = torch.where(mask, self._curvature.direction(g), self._direction)

    def _search(
        self,
        parameters: Stacked,
        gradients: Stacked,
        losses: Floats,
        slope: Floats,
        moves: Array,
        trials: Floats,
        again: Again,
    ) -> None:
        """All members' line searches in lockstep: each tries its own length, and all are looked at together."""
        reach = _numbers(self._direction.abs().amax(1))
        searches: dict[int, Search] = {}
        lengths = np.zeros(len(moves))
        for member in np.flatnonzero(moves).tolist():
            search = strong_wolfe(
                float(losses[member]),
                float(slope[member]),
                float(self._length[member]),
                reach=float(reach[member]),
                trials=int(trials[member]),
            )
            searches[member], lengths[member] = search, next(search)
        originals = self._originals(parameters)
        while searches:
            self._step(parameters, originals, lengths)
            values = again()
            slopes = per_member_dots(self._gathered(gradients), self._direction).tolist()
            for member, search in list(searches.items()):
                try:
                    lengths[member] = search.send((float(values[member]), slopes[member]))
                except StopIteration as end:
                    lengths[member] = end.value
                    del searches[member]
        self._step(parameters, originals, lengths)
        self._length = np.where(moves, lengths, self._length)

    @staticmethod
    def _names(stack: Stacked) -> list[tuple[str, float]]:
        """What is trained, with the factor on its variables."""
        return [(name, group.lr_factor**0.5) for group in stack.groups if moving(group) for name in group.names]

    def _gathered(self, gradients: Stacked) -> Tensor:
        """Everything that is trained, one vector per member ``[m, n]``."""
        parts = [gradients.views[name].flatten(1) * factor for name, factor in self._names(gradients)]
        return torch.cat(parts, 1) if parts else torch.zeros(gradients.members, 0)

    def _originals(self, parameters: Stacked) -> list[Tensor]:
        return [parameters.views[name].clone() for name, _ in self._names(parameters)]

    def _step(self, parameters: Stacked, originals: Sequence[Tensor], lengths: Floats) -> None:
        """Set the parameters to where they were plus ``lengths`` times the direction; 0 leaves them where they were."""
        still = torch.from_numpy(lengths == 0.0).to(self._direction.device)
        column = self._direction.new_tensor(lengths).view(-1, 1)
        at = 0
        for (name, factor), original in zip(self._names(parameters), originals, strict=True):
            size = original[0].numel()
            step = (self._direction[:, at : at + size] * column).mul_(factor).view_as(original)
            mask = still.view(-1, *([1] * (original.dim() - 1)))
            parameters.views[name].copy_(torch.where(mask, original, original + step))
            at += size

    def take(self, members: Sequence[int]) -> Self:
        """The same rule with only these members' state, copied."""
        chosen = list(members)
        taken = object.__new__(type(self))
        taken._searches = self._searches
        taken.steps, taken._iterations = self.steps[chosen], self._iterations[chosen]
        taken._curvature = self._curvature.take(chosen)
        taken._gradient, taken._direction = self._gradient[chosen], self._direction[chosen]
        taken._length = self._length[chosen]
        return taken

    @classmethod
    def join(cls, rules: Sequence[Self]) -> Self:
        """One rule with the members of several, in order, copied; all agree in structure."""
        joined = object.__new__(cls)
        joined._searches = rules[0]._searches
        joined.steps = np.concatenate([rule.steps for rule in rules])
        joined._iterations = np.concatenate([rule._iterations for rule in rules])
        joined._curvature = Curvature.join([rule._curvature for rule in rules])
        joined._gradient = torch.cat([rule._gradient for rule in rules])
        joined._direction = torch.cat([rule._direction for rule in rules])
        joined._length = np.concatenate([rule._length for rule in rules])
        return joined

    def arrays(self) -> dict[str, Array]:
        """Counts, the last step, and ``curvature.<name>``."""
        return {
            "steps": self.steps.copy(),
            "iterations": self._iterations.copy(),
            "gradient": array_of(self._gradient),
            "direction": array_of(self._direction),
            "length": self._length.copy(),
            **{f"curvature.{name}": array for name, array in self._curvature.arrays().items()},
        }

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Take up what ``arrays`` gave."""
        self.steps, self._iterations = arrays["steps"].copy(), arrays["iterations"].copy()
        self._gradient = self._gradient.new_tensor(arrays["gradient"])
        self._direction = self._direction.new_tensor(arrays["direction"])
        self._length = arrays["length"].copy()
        prefix = "curvature."
        own = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        self._curvature.load(own)

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """None: it predicts with what it trains."""
        return None


def _numbers(values: Tensor) -> Floats:
    """Per-member values as float64, wherever the tensor lives."""
    found: Floats = values.double().cpu().numpy()
    return found


LBFGS = Optimizer(
    name="lbfgs",
    formula="d = −H·g, H from the last pairs of steps and gradient changes; p ← p + t·d, t = lr or by line search",
    purpose="For all rows at every step, and networks small enough that this is cheap: it reaches a minimum in tens of "
    "steps, to many digits. Without a line search it may overshoot; strong_wolfe looks several times per step.",
    source='Liu & Nocedal (1989), "On the limited memory BFGS method for large scale optimization", algorithm 2.1',
    aliases=("L-BFGS",),
    parameters=(
        lr(1.0, "length of a step, or of the first trial of a line search, in units of the direction"),
        Parameter(
            name="history",
            kind="whole",
            default=100,
            meaning="pairs of steps and gradient changes that are remembered",
            low=1,
            structural=True,
        ),
        Parameter(
            name="line_search",
            kind="word",
            default="none",
            words=("none", "strong_wolfe"),
            meaning="how the length of a step is found",
            structural=True,
        ),
        Parameter(
            name="trials", kind="whole", default=25, meaning="trials per line search, after the first one", low=1
        ),
        Parameter(
            name="tolerance_grad",
            default=1e-7,
            meaning="a member whose largest gradient is no larger stays where it is",
            low=0.0,
        ),
        Parameter(
            name="tolerance_change",
            default=1e-9,
            meaning="a step along which less than this would be gained per unit is not taken",
            low=0.0,
        ),
    ),
    twin="torch.optim.LBFGS",
    rule=LBFGSRule,
    full_batch=True,
    looks_again=True,
)
