"""``torch.func``: all networks by ``vmap(grad_and_value)`` over stacked parameters, with AdamW over stacks.

torch's optimizers take one learning rate per parameter group, so that AdamW is written out with a rate and a decay per
network, by ``torch._foreach_*`` operations in place, as torch's own would.
"""

from typing import Any

import torch
from torch import Tensor
from torch.func import functional_call, grad_and_value, stack_module_state, vmap

from benchmarks.contestants.plain_torch import module, tensors
from benchmarks.problem import Problem
from benchmarks.timing import Prepared

__all__ = ["networks"]


def networks(problem: dict[str, Any], *, compiled: bool = False) -> Prepared:
    """All networks of a problem.

    Args:
        problem: Fields of a ``Problem``, whose rows are a multiple of the batch size.
        compiled: Compile gradient and update by ``torch.compile``.
    """
    work = Problem.read(problem)
    X, y, loss_function = tensors(work)
    rates, decays = (
        torch.tensor(column, dtype=torch.float32) for column in (work.learning_rates(), work.weight_decays())
    )
    skeleton = module(work.widths).to("meta")

    def loss(parameters: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return loss_function(functional_call(skeleton, parameters, (x,)), y)

    gradient = vmap(grad_and_value(loss))

    def step(
        parameters: dict[str, Tensor],
        first: list[Tensor],
        second: list[Tensor],
        rows: Tensor,
        sizes: list[Tensor],
        kept: list[Tensor],
        root: Tensor,
    ) -> Tensor:
        gradients, losses = gradient(parameters, X[rows], y[rows])
        own, slopes = list(parameters.values()), [gradients[name] for name in parameters]
        torch._foreach_mul_(own, kept)
        torch._foreach_lerp_(first, slopes, 0.1)
        torch._foreach_mul_(second, 0.999)
        torch._foreach_addcmul_(second, slopes, slopes, 0.001)
        roots = torch._foreach_sqrt(second)
        torch._foreach_div_(roots, root)
        torch._foreach_add_(roots, 1e-8)
        torch._foreach_addcdiv_(own, torch._foreach_mul(first, sizes), roots, -1.0)
        return losses

    if compiled:
        step = torch.compile(step, fullgraph=True, dynamic=False)

    def run() -> dict[str, Any]:
        stack = []
        for member in range(work.members):
            torch.manual_seed(member)
            stack.append(module(work.widths))
        parameters = {name: value.detach() for name, value in stack_module_state(stack)[0].items()}
        first, second = ([torch.zeros_like(value) for value in parameters.values()] for _ in range(2))
        shapes = [(-1,) + (1,) * (value.ndim - 1) for value in parameters.values()]
        kept = [(1 - rates * decays).view(shape) for shape in shapes]
        generator, count = torch.Generator().manual_seed(0), 0
        losses: list[Tensor] = []
        with torch.no_grad():
            for _ in range(work.epochs):
                # Every network its own order: sorting random numbers by rows is faster than 256 calls of randperm.
                order = torch.rand(work.members, work.rows, generator=generator).argsort(dim=1)
                losses = []
                for rows in order.split(work.batch_size, dim=1):
                    count += 1
                    own = rates / (1 - 0.9**count)
                    sizes = [own.view(shape) for shape in shapes]
                    losses.append(
                        step(parameters, first, second, rows, sizes, kept, torch.tensor((1 - 0.999**count) ** 0.5))
                    )
        return {"loss": float(torch.stack(losses).mean())}

    return Prepared(run, work.members * work.steps)
