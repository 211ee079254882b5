"""Absolute distance."""

from torch import Tensor

from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.losses.distance import distance

__all__ = ["L1"]


def _l1(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """|z − y|."""
    return distance(outputs, targets).abs().mean(2)


def _l1_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """sign(z − y), 0 at 0."""
    return distance(outputs, targets).sign_().div_(outputs.shape[2])


L1 = Loss(
    name="l1",
    formula="|z − y|",
    purpose="For numbers with far-off rows: the outputs go to the median of the targets.",
    source='Laplace (1774), "Mémoire sur la probabilité des causes par les événemens", problem III',
    aliases=("L1Loss", "mae", "mean_absolute_error", "absolute_error"),
    twin="torch.nn.functional.l1_loss",
    reads="reals",
    targets=("regression", "count", "reconstruction"),
    outputs=lambda target, numbers: target.columns,
    needs="one per target",
    untrained="mean distance of the targets from 0: about 0.8 when they are standardised and normal",
    expects=nobody_knows,
    link=always("identity"),
    head=always("identity"),
    form="elements",
    value=_l1,
    gradient=_l1_gradient,
)
