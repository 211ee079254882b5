"""Keras 3 on its torch backend: one network after the other by ``Model.fit``. Needs ``KERAS_BACKEND=torch``."""

from typing import Any

import keras

from benchmarks.problem import Problem
from benchmarks.timing import Prepared

__all__ = ["networks"]


def networks(problem: dict[str, Any], *, count: int = 1, jit_compile: bool = False) -> Prepared:
    """Some of a problem's networks.

    Args:
        problem: Fields of a ``Problem``.
        count: How many.
        jit_compile: Let Keras compile the step.
    """
    work = Problem.read(problem)
    X, classes = work.data()
    y = classes.astype("float32")[:, None] if work.binary else classes
    rates, decays = work.learning_rates(), work.weight_decays()
    chosen = work.some(count)

    def one(member: int) -> float:
        keras.utils.set_random_seed(member)
        hidden = [keras.layers.Dense(width, activation="relu") for width in work.widths[1:-1]]
        network = keras.Sequential([keras.Input(work.widths[:1]), *hidden, keras.layers.Dense(work.widths[-1])])
        loss = keras.losses.BinaryCrossentropy if work.binary else keras.losses.SparseCategoricalCrossentropy
        optimizer = keras.optimizers.AdamW(float(rates[member]), weight_decay=float(decays[member]), epsilon=1e-8)
        network.compile(optimizer, loss(from_logits=True), jit_compile=jit_compile)
        history = network.fit(X, y, batch_size=work.batch_size, epochs=work.epochs, verbose=0)
        return float(history.history["loss"][-1])

    def run() -> dict[str, Any]:
        return {"loss": sum(one(member) for member in chosen) / len(chosen)}

    return Prepared(run, len(chosen) * work.steps)
