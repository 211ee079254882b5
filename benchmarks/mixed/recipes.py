"""A mixed list of recipes, and homogeneous lists that need the same arithmetic."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

import pellucid as pl
from benchmarks.timing import Prepared

__all__ = ["EVEN_WIDTH", "INPUTS", "KINDS", "OPTIMIZERS", "WIDTHS", "stack"]

INPUTS, ROWS, BATCH = 16, 1024, 32
# Chosen so that all of them need as many multiplications as networks of two layers 32 wide (checked below). 32 is a
# multiple of 16 and not padded: the homogeneous list is at its best.
WIDTHS = (4, 8, 16, 24, 28, 40, 48, 56)
DEPTHS = (1, 2, 3)
ACTIVATIONS = ("relu", "tanh", "gelu", "silu")
LOSSES = ("mse", "l1", "huber")
OPTIMIZERS = ("adamw", "sgd(momentum=0.9)", "rmsprop")
KINDS = tuple(itertools.product(ACTIVATIONS, OPTIMIZERS))
EVEN_WIDTH, EVEN_DEPTH = 32, 2


def multiplications(hidden: Sequence[int]) -> int:
    """Of one row's forward pass."""
    widths = (INPUTS, *hidden, 1)
    return sum(inputs * outputs for inputs, outputs in itertools.pairwise(widths))


def _mixed() -> list[dict[str, Any]]:
    return [
        {"hidden": (width,) * depth, "activation": activation, "loss": loss, "optimizer": optimizer}
        for width, depth, activation, loss, optimizer in itertools.product(
            WIDTHS, DEPTHS, ACTIVATIONS, LOSSES, OPTIMIZERS
        )
    ]


def stack(*, activation: str = "", optimizer: str = "", epochs: int = 8, engine: str = "auto") -> Prepared:
    """A list of 864 recipes.

    Args:
        activation: Of every member; empty: the mixed list.
        optimizer: Of every member; goes with the activation.
        epochs: Of 32 steps.
        engine: As pl.train's.
    """
    fields = _mixed()
    if activation:
        even = {"hidden": (EVEN_WIDTH,) * EVEN_DEPTH, "activation": activation, "optimizer": optimizer, "loss": "mse"}
        needed = sum(multiplications(own["hidden"]) for own in fields)
        found = len(fields) * multiplications(even["hidden"])
        assert found == needed, f"{found} multiplications are not {needed}"
        fields = [even] * len(fields)
    recipes = [pl.Recipe(lr=1e-3, batch_size=BATCH, epochs=epochs, seed=seed, **own) for seed, own in enumerate(fields)]
    generator = np.random.default_rng(0)
    X = generator.normal(size=(ROWS, INPUTS))
    y = np.sin(X @ generator.normal(size=INPUTS)) + 0.1 * generator.normal(size=ROWS)

    def run() -> dict[str, Any]:
        trained = pl.train(recipes, X, y, engine=engine)
        return {"stacks": len(trained.stacks), "multiplications": sum(multiplications(r.hidden) for r in recipes)}

    return Prepared(run, len(recipes) * epochs * (ROWS // BATCH))
