"""skorch: one network after the other, with callbacks, validation and printing off and a fused optimizer."""

from collections.abc import Iterator
from typing import Any

import torch
from skorch import NeuralNet
from torch import Tensor

from benchmarks.contestants.plain_torch import module, tensors
from benchmarks.problem import Problem
from benchmarks.timing import Prepared

__all__ = ["networks"]


class _Batches:
    """Shuffled batches cut from tensors in memory; several times faster than a DataLoader, which goes row by row."""

    def __init__(self, dataset: Any, batch_size: int) -> None:
        self._X, self._y, self._batch_size = dataset.X, dataset.y, batch_size

    def __len__(self) -> int:
        return -(-len(self._X) // self._batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for rows in torch.randperm(len(self._X)).split(self._batch_size):
            yield self._X[rows], self._y[rows]


def networks(problem: dict[str, Any], *, count: int = 1, in_memory: bool = True) -> Prepared:
    """Some of a problem's networks.

    Args:
        problem: Fields of a ``Problem``.
        count: How many.
        in_memory: Cut batches from tensors; False: skorch's own DataLoader.
    """
    work = Problem.read(problem)
    X, y, loss_function = tensors(work)
    rates, decays = work.learning_rates(), work.weight_decays()
    chosen = work.some(count)
    iterator: dict[str, Any] = {"iterator_train": _Batches} if in_memory else {"iterator_train__shuffle": True}

    def one(member: int) -> float:
        torch.manual_seed(member)
        network = NeuralNet(
            module(work.widths),
            type(loss_function),
            optimizer=torch.optim.AdamW,
            optimizer__fused=True,
            optimizer__weight_decay=decays[member],
            lr=rates[member],
            batch_size=work.batch_size,
            max_epochs=work.epochs,
            train_split=None,
            callbacks="disable",
            verbose=0,
            **iterator,
        )
        network.fit(X, y)
        return float(network.history[-1]["batches"][-1]["train_loss"])

    def run() -> dict[str, Any]:
        return {"last_batch_loss": sum(one(member) for member in chosen) / len(chosen)}

    return Prepared(run, len(chosen) * work.steps)
