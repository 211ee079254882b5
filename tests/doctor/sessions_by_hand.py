"""Sessions put together by hand."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from pellucid.doctor.facts import Backward, LossCall, LossSite, ModelSeen, Phase, Place, Session

TRAINING = Phase(training=True, grad=True)
PLACE = Place("train.py", 5)


def session(
    values: Sequence[float] = (),
    *,
    kind: str = "cross_entropy",
    target: Tensor | None = None,
    outputs: int = 3,
    options: dict[str, object] | None = None,
    factor: float = 1.0,
    is_over: bool = True,
) -> Session:
    """A run with one model and one loss.

    Args:
        values: The loss of every step, as it was worked out.
        kind: Of the loss.
        target: All targets; those of the first calls, too.
        outputs: Width of the network's output.
        options: Of the loss.
        factor: What the loss was multiplied by before ``backward``.
        is_over: Whether the run has ended.
    """
    target = torch.tensor([0, 1, 2]) if target is None else target
    calls = [
        LossCall(None, target, (len(target), outputs), tuple(target.shape), torch.tensor(value), (), TRAINING, step, 0)
        for step, value in enumerate(values[:3])
    ]
    model = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.5))
    return Session(
        models=[ModelSeen(model, "Sequential", place=PLACE, targets=target)],
        losses=[LossSite(kind, PLACE, None, dict(options or {}), calls, len(values), trained=True)],
        backwards=[Backward(PLACE, [torch.tensor(v) * factor for v in values], list(range(len(values))))],
        updates=len(values),
        is_over=is_over,
    )
