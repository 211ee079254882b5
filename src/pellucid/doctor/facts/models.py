"""Models: the outermost modules that a program calls, with what they were given."""

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from pellucid.doctor.facts.places import Place

__all__ = ["LayerSeen", "ModelSeen"]


@dataclass(eq=False, repr=False)
class LayerSeen:
    """A module without modules of its own, called in the first pass.

    Attributes:
        path: In the model, such as ``encoder.0``; ``""`` if it is the model.
        module: The module itself, live.
        input_shape: Of its first tensor argument; None if there is none.
        output_shape: Of its result; None if it is no tensor.
    """

    path: str
    module: nn.Module
    input_shape: tuple[int, ...] | None
    output_shape: tuple[int, ...] | None


@dataclass(eq=False, repr=False)
class ModelSeen:
    """An outermost module.

    Attributes:
        module: Itself, live.
        name: Its class.
        place: The line that called it first.
        initial: A copy of it before its first update, parameters and buffers as they were; None where it could not be
            copied or is too large (more than 50 million numbers).
        arguments: Arguments of its first call, detached copies.
        layers: Modules without modules of their own, in the order of their calls in the first pass, each as often
            as it was called.
        made_in_forward: Classes of modules that were constructed while its ``forward`` ran.
        inputs: Rows that it was trained on, in the order of the calls, at most 2,048 ``[n, …]``; None if its first
            argument is no tensor. These and the next lie in main memory, wherever the model is.
        targets: Targets of the same rows, as the loss was given them; None where they do not match one to one.
        input_sizes: Rows of every call among ``inputs``, in order: where one batch ends and the next begins.
        judged_inputs: Rows that it was only evaluated on, likewise.
        judged_targets: Their targets, where a loss was given any.
        outputs: Its first results in training ``[n, …]``, before the first update; at most 2,048 rows.
        blind: Why its inside could not be seen, such as ``compiled by torch.compile``; empty if it could.
    """

    module: nn.Module
    name: str
    place: Place | None = None
    initial: nn.Module | None = None
    arguments: tuple[Any, ...] = ()
    layers: list[LayerSeen] = field(default_factory=list)
    made_in_forward: list[str] = field(default_factory=list)
    inputs: Tensor | None = None
    targets: Tensor | None = None
    input_sizes: list[int] = field(default_factory=list)
    judged_inputs: Tensor | None = None
    judged_targets: Tensor | None = None
    outputs: Tensor | None = None
    blind: str = ""

    @property
    def takes_rows_alone(self) -> bool:
        """Whether rows are all that it has to be given, so that an experiment can call it."""
        return not self.blind and len(self.arguments) <= 1
