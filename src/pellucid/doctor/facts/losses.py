"""Losses: every place where a loss is worked out, with outputs and targets of its first calls."""

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from pellucid.doctor.facts.calls import Phase
from pellucid.doctor.facts.places import Place

__all__ = ["BY_HAND", "LossCall", "LossSite"]

BY_HAND = "by_hand"
"""Kind of a loss that was put together from other functions."""


@dataclass(eq=False, repr=False)
class LossCall:
    """One call of a loss.

    Attributes:
        output: What the loss was given as prediction, detached, its first rows; None where it is not known (by hand).
        target: What it was compared with, likewise. Rows match those of ``output``.
        output_shape: Whole shape.
        target_shape: Whole shape.
        value: The loss, detached; a scalar unless ``reduction="none"``.
        history: Names of the autograd nodes that led to ``output``, nearest first; empty where none were recorded.
        phase: What it was part of.
        step: Updates before it.
        model: Number of the model in ``Session.models`` whose forward pass came last; None if there was none.
    """

    output: Tensor | None
    target: Tensor | None
    output_shape: tuple[int, ...]
    target_shape: tuple[int, ...]
    value: Tensor
    history: tuple[str, ...]
    phase: Phase
    step: int
    model: int | None


@dataclass(eq=False, repr=False)
class LossSite:
    """All calls of one loss from one line.

    Attributes:
        kind: Name of the function in ``torch.nn.functional``: ``cross_entropy``, ``nll_loss``,
            ``binary_cross_entropy``, ``binary_cross_entropy_with_logits``, ``mse_loss``, ``l1_loss``,
            ``smooth_l1_loss``, ``huber_loss``, ``kl_div``, ``poisson_nll_loss``, ``gaussian_nll_loss``,
            ``cosine_embedding_loss``, ``hinge_embedding_loss``, ``margin_ranking_loss``, ``soft_margin_loss``,
            ``multi_margin_loss``, ``multilabel_margin_loss``, ``multilabel_soft_margin_loss``,
            ``triplet_margin_loss``, ``ctc_loss``; ``BY_HAND`` for what a person's own lines put together.
        place: The person's line that calls it; for ``BY_HAND`` the line that calls ``backward``.
        module: The loss module, such as ``nn.CrossEntropyLoss``; None for a function.
        options: ``reduction``, ``weight``, ``pos_weight``, ``label_smoothing``, ``log_target``, ``delta``…
        calls: The first few of every phase.
        count: All that were seen.
        trained: Whether ``backward`` was ever called on something that it led to.
        judged: Values without gradients, as (updates before it, rows, value), in order: of every call where the loss is
            one of PyTorch's modules, of the first calls of every pass otherwise; at most 10,000, scalars only.
        made_of: For ``BY_HAND``: names of the autograd nodes between the loss and the model's parameters, nearest
            first, at most 64.
    """

    kind: str
    place: Place
    module: nn.Module | None
    options: dict[str, Any] = field(default_factory=dict)
    calls: list[LossCall] = field(default_factory=list)
    count: int = 0
    trained: bool = False
    judged: list[tuple[int, int, Tensor]] = field(default_factory=list)
    made_of: tuple[str, ...] = ()

    @property
    def training(self) -> list[LossCall]:
        """Calls whose gradients were recorded; all calls where there is none."""
        return [call for call in self.calls if call.phase.grad] or self.calls
