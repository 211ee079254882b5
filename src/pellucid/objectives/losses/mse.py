"""Squared distance."""

from torch import Tensor

from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.losses.distance import distance

__all__ = ["MSE"]


def _mse(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """(z − y)²."""
    return distance(outputs, targets).square().mean(2)


def _mse_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """2·(z − y)."""
    return distance(outputs, targets).mul_(2.0 / outputs.shape[2])


MSE = Loss(
    name="mse",
    formula="(z − y)²",
    purpose="For numbers whose errors are about normal: the outputs go to the mean of the targets. Far-off rows weigh "
    "heavily.",
    source='Gauss (1809), "Theoria motus", book 2, section 3',
    aliases=("MSELoss", "mean_squared_error", "squared_error", "l2"),
    twin="torch.nn.functional.mse_loss",
    reads="reals",
    targets=("regression", "count", "reconstruction"),
    outputs=lambda target, numbers: target.columns,
    needs="one per target",
    untrained="variance of the targets around 0: 1 when they are standardised",
    expects=nobody_knows,
    link=always("identity"),
    head=always("identity"),
    form="elements",
    value=_mse,
    gradient=_mse_gradient,
)
