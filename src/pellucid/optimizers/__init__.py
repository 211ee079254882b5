"""Stacked update rules and schedules."""

from collections.abc import Callable

from pellucid.errors import UnknownNameError
from pellucid.optimizers.adam import Adam
from pellucid.optimizers.hyper import Hyper
from pellucid.optimizers.optimizer import AbstractOptimizer, Stacked
from pellucid.optimizers.schedules import SCHEDULES, factors
from pellucid.optimizers.sgd import SGD

__all__ = ["OPTIMIZERS", "SCHEDULES", "SGD", "AbstractOptimizer", "Adam", "Hyper", "factors", "find_optimizer"]

OPTIMIZERS: dict[str, Callable[[Stacked], AbstractOptimizer]] = {"adamw": Adam, "adam": Adam, "sgd": SGD}


def find_optimizer(name: str) -> Callable[[Stacked], AbstractOptimizer]:
    """The update rule of that name.

    Raises:
        UnknownNameError: If there is none; offers the nearest.
    """
    try:
        return OPTIMIZERS[name]
    except KeyError:
        raise UnknownNameError("optimizer", name, tuple(OPTIMIZERS)) from None
