"""What is kept of one optimizer between its steps."""

import weakref
from typing import Any

import torch
from torch import Tensor
from torch._C import DisableTorchFunction

from pellucid.doctor.facts import Backward, OptimizerSeen, Place, StepSample
from pellucid.doctor.observing.samples import quietly

__all__ = ["PASSED", "ZEROED", "ZEROINGS", "Stepped"]

_LARGEST = 50_000_000  # numbers that are copied to measure how far a step moved them
_UNFINITE = 20  # steps without a number that are measured out of turn
_TRUSTED = 20  # rounds with a call of zero_grad after which gradients are no longer watched for being renewed by hand
_PLACES = 16
ZEROED = 3  # state of an optimizer whose gradients are fresh
PASSED = 6  # and after one backward pass
ZEROINGS = 50  # of one optimizer whose lines are looked up
_RARELY = 100  # steps at most between two looks for gradients that are all zero


class Stepped:
    """An optimizer, and what happened since its last step.

    Attributes:
        optimizer: Itself.
        seen: The facts.
        parameters: All that it holds.
        measuring: Whether the next step will be measured.
        state: ``zeroed``, ``renewed`` and ``backwards`` in one number, which steps like those before set at once.
        left: Steps to come of which nothing but their number is to be learnt.
        ordinary: Such steps, with fresh gradients of a single backward pass, that are not in the facts yet.
        total: Backward passes ever.
    """

    __slots__ = (
        "_before",
        "_begun",
        "_in_a_row",
        "_look_again",
        "_marks",
        "_next",
        "_norms",
        "_unfinite",
        "left",
        "measuring",
        "models",
        "names",
        "optimizer",
        "ordinary",
        "parameters",
        "seen",
        "state",
        "total",
    )

    def __init__(self, optimizer: torch.optim.Optimizer, place: Place | None) -> None:
        self.optimizer = optimizer
        self.seen = OptimizerSeen(optimizer, type(optimizer).__name__, place)
        self.parameters: list[Tensor] = []
        self.names: list[str] = []
        self.models = -1
        self.measuring = True
        self.state = 0
        self.left = 0
        self.ordinary = 0
        self._next = 1
        self._unfinite = 0
        self._marks: list[tuple[Tensor, weakref.ref[Tensor], int]] = []
        self._in_a_row = 0
        self.total = self._begun = 0  # and those before the step that is being made
        self._look_again = 0
        self._before: list[Tensor] = []
        self._norms: tuple[list[float | None], list[float]] = ([], [])

    @property
    def zeroed(self) -> bool:
        """Whether its gradients were zeroed since the last backward pass that reached it."""
        return bool(self.state & 1)

    @property
    def renewed(self) -> bool:
        """Whether they were since its last step."""
        return bool(self.state & 2)

    @property
    def backwards(self) -> int:
        """Backward passes that reached it since they were, or since its last step."""
        return self.state >> 2

    def hold(self) -> None:
        """Takes down what it holds and how its groups are set."""
        groups = self.seen.optimizer.param_groups
        self._renew()
        self.seen.held = frozenset(id(parameter) for parameter in self.parameters)
        if not self.seen.steps:
            self.seen.first = [
                {name: _plain(value) for name, value in group.items() if name != "params"} for group in groups
            ]

    def _renew(self) -> None:
        """Groups were added, or it is looked at for the first time."""
        self.parameters = [parameter for group in self.seen.optimizer.param_groups for parameter in group["params"]]
        self.models = -1

    def name(self, models: list[tuple[str, torch.nn.Module]]) -> None:
        """Names the parameters by their paths in the models."""
        if self.models == len(models):
            return
        self.models = len(models)
        held = {id(parameter) for parameter in self.parameters}
        paths: dict[int, str] = {}
        taken: set[str] = set()
        for number, (title, model) in enumerate(models):
            for path, parameter in model.named_parameters():
                if id(parameter) in held and id(parameter) not in paths:
                    name = path if path not in taken else f"{title} {number}.{path}"
                    paths[id(parameter)] = name
                    taken.add(name)
        self.names = [
            paths.get(id(parameter), f"group {number}, number {position}")
            for number, group in enumerate(self.seen.optimizer.param_groups)
            for position, parameter in enumerate(group["params"])
        ]

    def is_reached_by(self, backward: Backward) -> bool:
        """Whether a backward pass from that line leads to any of its parameters; True where it is not known."""
        return not backward.reached or bool(backward.reached & self.seen.held)

    # Zeroing

    def was_zeroed(self, place: Place | None) -> None:
        """Its gradients were zeroed."""
        seen = self.seen
        seen.zeroings += 1
        if not self.renewed:
            self._in_a_row += 1
        self.state = ZEROED
        if place is not None and place not in seen.zero_places and len(seen.zero_places) < _PLACES:
            seen.zero_places.append(place)

    def meets_backward(self) -> None:
        """Before a backward pass: looks whether somebody has renewed the gradients by hand."""
        if not self.renewed:
            for parameter, gradient, version in self._marks:
                now = parameter.grad
                if now is None or now is not gradient() or now._version != version or _is_zero(now):
                    self.state = self.zeroed | 2
                    self.seen.zeroings += 1
                    break

    def met_backward(self) -> None:
        """After a backward pass: from here on the gradients are watched again."""
        self.state = (self.state & -2) + 4
        self.total += 1
        if not self.renewed and self._marks:
            with DisableTorchFunction():  # the program's own modes would see what we ask of tensors
                self._mark()

    def _mark(self) -> None:
        self._marks = []
        for parameters in (self.parameters, reversed(self.parameters)):  # the first and the last stand for all
            for parameter in parameters:
                gradient = parameter.grad
                # One that is 0 already, behind dead units for instance, would look zeroed for ever.
                if gradient is not None and not _is_zero(gradient):
                    self._marks.append((parameter, weakref.ref(gradient), gradient._version))
                    break

    # A step

    def measure_out_of_turn(self) -> None:
        """The loss was no number."""
        if self._unfinite < _UNFINITE:
            self._unfinite += 1
            self.measuring = True
            self.left = 0

    def begins(self) -> None:
        """Before a step that is measured, or one with a closure."""
        self._begun = self.total
        if self.measuring:
            self._measure()

    def _is_empty(self) -> bool:
        """Whether every gradient is None or 0; where there is something, it is looked at again some steps later.

        After a step the gradients are still those that it used.
        """
        if self.zeroed:
            return True
        steps = self.seen.steps
        if steps < self._look_again and not self.measuring:
            return False
        for parameter in reversed(self.parameters):  # the last are the smallest: a bias, as a rule
            gradient = parameter.grad
            if gradient is not None and (
                gradient.is_sparse or (gradient.device.type != "cpu" and not self.measuring) or not _is_zero(gradient)
            ):
                self._look_again = steps + min(_RARELY, steps // 10)
                return False
        return True

    def went_by(self) -> None:
        """After a step at which nothing could be asked of tensors, and before which no backward pass was looked at."""
        self.seen.steps += 1
        self.left = self.state = 0
        self._marks = []

    def tell(self) -> None:
        """Writes what was held back into the facts."""
        self.seen.checked += self.ordinary
        if self.ordinary:
            self.seen.backwards[1] += self.ordinary
        self.ordinary = 0
        if not self.seen.steps:
            self.hold()

    def ended(self, by_closure: bool) -> None:
        """After a step.

        Args:
            by_closure: Whether it was given a function that works out the loss.
        """
        seen = self.seen
        by_closure = by_closure and self.total > self._begun  # what it used came to be during the step
        if self.renewed:
            seen.checked += seen.steps > 0 and self.backwards > 0 and not by_closure
        else:
            self._in_a_row = 0
            if self._marks and self.backwards and not by_closure:
                seen.checked += 1
                seen.stale += 1
        if self.measuring:
            self._measured(by_closure)
        if not by_closure and self._is_empty():
            seen.empty += 1
        seen.backwards[self.backwards] += 1
        seen.steps += 1
        self.state &= 1
        if self._in_a_row < _TRUSTED:
            self._mark()
        elif self._marks:
            self._marks = []
        steps = seen.steps
        if steps >= self._next:
            self._next = steps + _distance(steps)
        self.measuring = steps + 1 >= self._next
        # The step before one that is measured is no ordinary one: it sees to that.
        trusted = self._in_a_row >= _TRUSTED and not self._marks and seen.zeroings >= ZEROINGS
        self.left = min(self._next - 2, self._look_again - 1) - steps if trusted else 0

    def _measure(self) -> None:
        if sum(len(group["params"]) for group in self.seen.optimizer.param_groups) != len(self.parameters):
            self._renew()
        total = sum(parameter.numel() for parameter in self.parameters)
        if total > _LARGEST:
            self._before = []
            return
        with quietly():
            self._norms = self._gradient_norms(), _norms(self.parameters)
            self._before = [parameter.detach().clone() for parameter in self.parameters]

    def _gradient_norms(self) -> list[float | None]:
        with quietly():
            gradients = [parameter.grad for parameter in self.parameters]
            norms = iter(_norms([gradient for gradient in gradients if gradient is not None]))
            return [None if gradient is None else next(norms) for gradient in gradients]

    def _measured(self, by_closure: bool) -> None:
        if not self._before or len(self.names) != len(self._before):
            return
        with quietly():
            moved = _norms([now - before for now, before in zip(self.parameters, self._before, strict=True)])
        self._before = []
        seen = self.seen
        gradient, weight = self._norms
        if by_closure:
            gradient = self._gradient_norms()
        seen.samples.append(
            StepSample(
                step=seen.steps + 1,
                gradient=dict(zip(self.names, gradient, strict=True)),
                weight=dict(zip(self.names, weight, strict=True)),
                moved=dict(zip(self.names, moved, strict=True)),
                size={name: parameter.numel() for name, parameter in zip(self.names, self.parameters, strict=True)},
            )
        )
        seen.rates.append((seen.steps + 1, float(seen.optimizer.param_groups[0].get("lr", float("nan")))))


def _distance(steps: int) -> int:
    """Steps to the next one that is measured: every one of the first ten, then fewer and fewer."""
    if steps < 10:
        return 1
    if steps < 50:
        return 10
    if steps < 100:
        return 25
    return max(50, steps // 10)


def _norms(tensors: list[Tensor]) -> list[float]:
    """Euclidean norms, in one go where the tensors are alike."""
    if not tensors:
        return []
    if all(tensor.layout is torch.strided and tensor.dtype is torch.float32 for tensor in tensors) and (
        len({tensor.device for tensor in tensors}) == 1
    ):
        norms: list[float] = torch.stack(torch._foreach_norm(tensors)).tolist()
        return norms
    return [_norm(tensor) for tensor in tensors]


def _norm(tensor: Tensor) -> float:
    dense = tensor.coalesce().values() if tensor.is_sparse else tensor
    wide = dense if dense.is_complex() or dense.dtype is torch.float64 else dense.float()
    return float(torch.linalg.vector_norm(wide))


def _is_zero(gradient: Tensor) -> bool:
    """Whether all numbers are exactly 0; False where it would cost a synchronisation to find out."""
    if gradient.device.type != "cpu" or gradient.is_sparse:
        return False
    with DisableTorchFunction():
        return not gradient.any().item()


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Tensor) and value.numel() == 1 else value
