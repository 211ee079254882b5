"""Calls of torch's functions that a person's own lines make, seen in the first steps of every phase."""

from dataclasses import dataclass, field
from typing import Any

from pellucid.doctor.facts.places import Place

__all__ = ["Call", "CallSite", "Phase"]


@dataclass(frozen=True)
class Phase:
    """What kind of pass something was part of.

    Attributes:
        training: Whether the model was in training mode.
        grad: Whether gradients were recorded.
    """

    training: bool
    grad: bool


@dataclass(eq=False, repr=False)
class Call:
    """One call.

    Attributes:
        arguments: Positional and keyword arguments, by position or name. A tensor is a detached copy of its first rows
            (see ``observing.samples`` for how many), all else as it is, if it is plain data.
        shapes: Shape of every tensor among the arguments, whole, by position or name.
        result: The result, likewise; None if it is no tensor and no plain data.
        result_shape: Its whole shape; None if it is no tensor.
        history: Names of the autograd nodes that led to the first tensor argument, nearest first, such as
            ``("SoftmaxBackward0", "AddmmBackward0")``; empty where none were recorded.
        phase: What it was part of.
        step: Updates before it.
        of_output: Positions or names of the arguments that are what a model returned last, or were made of it outside
            of all models.
    """

    arguments: dict[int | str, Any]
    shapes: dict[int | str, tuple[int, ...]]
    result: Any
    result_shape: tuple[int, ...] | None
    history: tuple[str, ...]
    phase: Phase
    step: int
    of_output: frozenset[int | str] = frozenset()


@dataclass(eq=False, repr=False)
class CallSite:
    """All calls of one function from one line.

    Attributes:
        function: Its name as PyTorch spells it: ``softmax``, ``mse_loss``, ``Tensor.__eq__``, ``Tensor.detach``;
            functions of ``torch``, ``torch.nn.functional`` and methods of tensors that do the same are told apart only
            by ``Tensor.``.
        place: The person's line.
        layer: Path of the innermost module within whose ``forward`` it was called, such as ``encoder.0``; ``""`` for
            the model itself; None outside of every module's ``forward``.
        module: Class name of that module; None outside.
        calls: The first few of every phase.
        count: All that were seen. The functions are watched in the first steps of every phase only.
    """

    function: str
    place: Place
    layer: str | None
    module: str | None
    calls: list[Call] = field(default_factory=list)
    count: int = 0
