"""Plain PyTorch: one network after the other in a careful hand-written loop.

Tensors in memory, one permutation per epoch, ``AdamW(fused=True)``, gradients set to None, nothing logged inside an
epoch.
"""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.problem import Problem
from benchmarks.timing import Prepared

__all__ = ["module", "networks", "tensors"]


def module(widths: tuple[int, ...]) -> nn.Sequential:
    """Linear layers with ReLU between them."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def tensors(work: Problem) -> tuple[Tensor, Tensor, nn.Module]:
    """Inputs, targets as the loss reads them, and the loss."""
    X, y = (torch.from_numpy(array) for array in work.data())
    if work.binary:
        return X, y.float().unsqueeze(1), nn.BCEWithLogitsLoss()
    return X, y, nn.CrossEntropyLoss()


def networks(problem: dict[str, Any], *, count: int = 1) -> Prepared:
    """Some of a problem's networks.

    Args:
        problem: Fields of a ``Problem``.
        count: How many.
    """
    work = Problem.read(problem)
    X, y, loss_function = tensors(work)
    rates, decays = work.learning_rates(), work.weight_decays()
    chosen = work.some(count)

    def one(member: int) -> float:
        torch.manual_seed(member)
        network = module(work.widths)
        optimizer = torch.optim.AdamW(network.parameters(), lr=rates[member], weight_decay=decays[member], fused=True)
        losses: list[Tensor] = []
        for _ in range(work.epochs):
            losses = []
            for rows in torch.randperm(work.rows).split(work.batch_size):
                optimizer.zero_grad(set_to_none=True)
                loss = loss_function(network(X[rows]), y[rows])
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
        return float(torch.stack(losses).mean())

    def run() -> dict[str, Any]:
        return {"loss": sum(one(member) for member in chosen) / len(chosen)}

    return Prepared(run, len(chosen) * work.steps)
