"""Parameters that many rules share, with their ranges.

Defaults are those of PyTorch 2.13 where it has the rule, else those of its authors.
"""

from pellucid.catalogue import Parameter

__all__ = ["beta", "eps", "flag", "lr", "momentum", "weight_decay"]


def lr(default: float, meaning: str = "learning rate: the step per unit of the direction") -> Parameter:
    """The learning rate."""
    return Parameter(name="lr", default=default, meaning=meaning, low=0.0, open_low=True)


def weight_decay(default: float = 0.0) -> Parameter:
    """Decoupled weight decay."""
    return Parameter(
        name="weight_decay",
        default=default,
        meaning="decoupled decay: every step takes lr·weight_decay of a weight away from it",
        low=0.0,
    )


def momentum(default: float = 0.0) -> Parameter:
    """Momentum; 1 or more never forgets and never comes to rest (T606)."""
    return Parameter(
        name="momentum",
        default=default,
        meaning="share of the velocity that is kept from step to step",
        low=0.0,
        high=1.0,
        open_high=True,
    )


def beta(name: str, default: float, meaning: str, *, open_low: bool = False) -> Parameter:
    """The share that a running mean keeps from step to step."""
    return Parameter(name=name, default=default, meaning=meaning, low=0.0, high=1.0, open_low=open_low, open_high=True)


def eps(default: float) -> Parameter:
    """Guard of a division. Zero is out of range: padding, and units that never had a gradient, would give 0/0."""
    return Parameter(name="eps", default=default, meaning="keeps the divisor from 0", low=1e-30)


def flag(name: str, default: bool, meaning: str) -> Parameter:
    """A structural yes or no."""
    return Parameter(name=name, default=default, meaning=meaning, kind="flag", structural=True)
