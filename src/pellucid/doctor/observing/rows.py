"""Rows: what models were trained on and what they were only judged on, with the targets that went with them."""

import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pellucid.doctor.observing.graphs import number_of
from pellucid.doctor.observing.samples import ROWS, first_tensor, is_plain_tensor, quietly

if TYPE_CHECKING:
    from pellucid.doctor.observing.learnt import Learnt

__all__ = ["NUMBERS", "Given", "GivenRows", "Rows"]

NUMBERS = 1 << 21
"""Numbers that are kept of one model's rows of one kind: 8 MB."""

_CALLS = 256  # of one kind that are looked at, however few rows they have
_AGAIN = 8  # calls with the very tensor of an earlier one after which no others are expected
_WAITING = 64  # calls that wait for a backward pass
_HELD = 1 << 24  # numbers of theirs that are kept from being given back meanwhile, beyond the latest few calls
_FEW = 2


@dataclass(eq=False, repr=False)
class Given:
    """What one call of a model was given, until it is known what for.

    Attributes:
        learnt: The model.
        inputs: The rows; copied at once where no gradient was recorded, for a program may reuse their memory.
        origin: The program's own tensor, and how often it had been changed then.
        length: Rows of the call, of which ``inputs`` may be the first.
        node: Number of the node that made its result; None where no gradient was recorded.
        step: Updates before it.
        target: What a loss compared its result with.
    """

    learnt: "Learnt"
    inputs: Tensor
    origin: tuple[weakref.ref[Tensor], int]
    length: int
    node: int | None
    step: int
    target: Tensor | None = None


@dataclass(eq=False, repr=False)
class Rows:
    """Rows of one kind, one call behind the other.

    Attributes:
        inputs: Of every call that was kept.
        targets: Theirs; empty where they do not match one to one.
        sizes: Rows of every call that was kept.
        count: Rows so far.
        full: Whether no more are wanted.
        most: Numbers that are kept.
    """

    inputs: list[Tensor] = field(default_factory=list)
    targets: list[Tensor] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    count: int = 0
    full: bool = False
    most: int = NUMBERS
    _tries: int = 0
    _again: int = 0
    _known: dict[int, tuple[weakref.ref[Tensor], int]] = field(default_factory=dict)

    def room(self, inputs: Tensor) -> int:
        """How many such rows would still be kept."""
        length = max(1, inputs.numel() // max(1, inputs.shape[0]))
        return min(ROWS, max(1, self.most // length)) - self.count

    def add(self, inputs: Tensor, target: Tensor | None, origin: tuple[weakref.ref[Tensor], int] | None = None) -> None:
        """Keeps the rows of a call, unless they are the very tensor of an earlier one, as in full-batch training."""
        self._tries += 1  # a program may give the same tensor for ever, or rows that do not fit
        room = self.room(inputs)
        if self.full or self._tries > _CALLS or room <= 0:
            self.full = True
            return
        own = origin[0]() if origin is not None else None
        if not inputs.shape[0] or (own is not None and self.is_known(own)):
            return
        if self.inputs and bool(self.targets) != (target is not None):
            if self.targets:
                return
            # The first calls had no targets that match; those that have are worth more.
            self.inputs, self.sizes, self.count = [], [], 0
        if self.inputs and not _fit(self.inputs[0], inputs):
            return
        if target is not None and self.targets and not _fit(self.targets[0], target):
            return
        if origin is not None:
            self._known[id(own)] = origin
        with quietly():
            self.inputs.append(inputs[:room].detach().clone())
            if target is not None:
                self.targets.append(target[:room].detach().clone())
        self.sizes.append(len(self.inputs[-1]))
        self.count += self.sizes[-1]
        self.full = len(inputs) >= room

    def joined(self) -> tuple[Tensor | None, Tensor | None]:
        """All inputs and all targets, in main memory; None where there are none."""
        with quietly():
            return (
                torch.cat(self.inputs).cpu() if self.inputs else None,
                torch.cat(self.targets).cpu() if self.targets else None,
            )

    def is_known(self, origin: Tensor) -> bool:
        """Whether the rows of this very tensor are kept already, and it was not changed since."""
        known = self._known.get(id(origin))
        if known is None or known[0]() is not origin or known[1] != _changes(origin):
            return False
        self._again += 1
        self.full = self._again >= _AGAIN
        return True


def _changes(tensor: Tensor) -> int:
    """How often a tensor was changed in place; inference tensors do not count."""
    return 0 if tensor.is_inference() else tensor._version


def _fit(first: Tensor, other: Tensor) -> bool:
    return first.shape[1:] == other.shape[1:] and first.dtype == other.dtype and first.device == other.device


class GivenRows:
    """Decides what the rows of every call were given for: training, if a backward pass reached their result."""

    def __init__(self) -> None:
        self.waiting: list[Given] = []

    def wants(self, learnt: "Learnt", training: bool, grad: bool) -> bool:
        """Whether the rows of such a call would still be kept."""
        if grad and not learnt.trained.full:
            return True
        return not (grad and training) and not learnt.judged.full

    def was_called(self, learnt: "Learnt", args: tuple[Any, ...], result: Any, step: int) -> None:
        """A model was called; its rows wait."""
        inputs = first_tensor(args[0] if args else None)
        output = first_tensor(result)
        if inputs is None or output is None or not is_plain_tensor(inputs) or not inputs.dim():
            learnt.trained.full = learnt.judged.full = True
            return
        node = number_of(output)
        if node is None and learnt.judged.is_known(inputs):
            return
        with quietly():
            kept = inputs.detach()  # of another network's output, neither its graph is to be kept
            if node is None:
                kept = kept[: max(1, learnt.judged.room(inputs))].clone()
        self.waiting.append(Given(learnt, kept, (weakref.ref(inputs), _changes(inputs)), inputs.shape[0], node, step))
        if len(self.waiting) > _WAITING:
            _judge(self.waiting.pop(0))
        while len(self.waiting) > _FEW and sum(given.inputs.numel() for given in self.waiting) > _HELD:
            self.waiting.pop(0)

    def was_compared(self, output: Tensor | None, target: Tensor | None) -> None:
        """A loss compared something with a target; it belongs to the model called last, if the rows match."""
        if not self.waiting or target is None or not target.dim() or not is_plain_tensor(target):
            return
        last = self.waiting[-1]
        length = (last.length,)
        if last.target is None and target.shape[:1] == length and (output is None or output.shape[:1] == length):
            with quietly():
                last.target = target.detach()

    def was_passed_back(self, numbers: frozenset[int]) -> None:
        """A backward pass ran over these nodes: the calls that made one of them were training."""
        still = []
        for given in self.waiting:
            if given.node in numbers:
                given.learnt.trained.add(given.inputs, given.target, given.origin)
            else:
                still.append(given)
        self.waiting = still

    def settle(self, step: float) -> None:
        """Calls that no backward pass reached were judging: without gradients at once, else after a step in between."""
        still = []
        for given in self.waiting:
            if given.node is None or given.step + 1 < step:
                _judge(given)
            else:
                still.append(given)
        self.waiting = still


def _judge(given: Given) -> None:
    if not given.learnt.judged.full:
        given.learnt.judged.add(given.inputs, given.target, given.origin)
