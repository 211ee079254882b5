"""Lightning: one network after the other, ``barebones=True`` (no logging, checkpoints, bars or callbacks)."""

import logging
import warnings
from collections.abc import Iterator
from typing import Any

import lightning
import torch
from torch import Tensor

from benchmarks.contestants.plain_torch import module, tensors
from benchmarks.problem import Problem
from benchmarks.timing import Prepared

__all__ = ["networks"]


class _Batches:
    """Shuffled batches cut from tensors in memory; several times faster than a DataLoader, which goes row by row."""

    def __init__(self, X: Tensor, y: Tensor, batch_size: int) -> None:
        self._X, self._y, self._batch_size = X, y, batch_size

    def __len__(self) -> int:
        return -(-len(self._X) // self._batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for rows in torch.randperm(len(self._X)).split(self._batch_size):
            yield self._X[rows], self._y[rows]


class _Network(lightning.LightningModule):
    def __init__(self, widths: tuple[int, ...], loss: torch.nn.Module, rate: float, decay: float) -> None:
        super().__init__()
        self._layers, self._loss, self._numbers = module(widths), loss, (rate, decay)
        self.last: Tensor | None = None

    def training_step(self, batch: tuple[Tensor, Tensor], number: int) -> Tensor:
        """Loss of a batch."""
        loss = self._loss(self._layers(batch[0]), batch[1])
        self.last = loss.detach()
        return loss

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Fused AdamW."""
        rate, decay = self._numbers
        return torch.optim.AdamW(self.parameters(), lr=rate, weight_decay=decay, fused=True)


def networks(problem: dict[str, Any], *, count: int = 1) -> Prepared:
    """Some of a problem's networks.

    Args:
        problem: Fields of a ``Problem``.
        count: How many.
    """
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    work = Problem.read(problem)
    X, y, loss_function = tensors(work)
    rates, decays = work.learning_rates(), work.weight_decays()
    chosen = work.some(count)

    def one(member: int) -> float:
        torch.manual_seed(member)
        network = _Network(work.widths, loss_function, float(rates[member]), float(decays[member]))
        trainer = lightning.Trainer(max_epochs=work.epochs, accelerator="cpu", devices=1, barebones=True)
        trainer.fit(network, _Batches(X, y, work.batch_size))
        assert network.last is not None
        return float(network.last)

    def run() -> dict[str, Any]:
        return {"last_batch_loss": sum(one(member) for member in chosen) / len(chosen)}

    return Prepared(run, len(chosen) * work.steps)
