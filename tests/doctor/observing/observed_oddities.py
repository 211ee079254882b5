"""Less common programs, each of which returns everything that must not change when it is observed."""

import warnings
from typing import Any

import torch
from observed_habits import Net, Program, begin, everything
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as people write it
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint


def compiled_model() -> list[Any]:
    x, y = begin()
    model, log = Net(), []
    compiled = torch.compile(model, backend="eager")
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(6):
        optimizer.zero_grad()
        loss = F.cross_entropy(compiled(x), y)
        loss.backward()
        optimizer.step()
        log.append(loss.item())
    return everything(model, optimizer, log)


def compiled_function() -> list[Any]:
    x, y = begin()
    model, log = Net(), []
    optimizer = torch.optim.SGD(model.parameters(), 0.1)

    @torch.compile(backend="eager", fullgraph=True)
    def work_out(inputs: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(model(inputs), targets)

    for _ in range(6):
        optimizer.zero_grad()
        loss = work_out(x, y)
        loss.backward()
        optimizer.step()
        log.append(loss.item())
    return everything(model, optimizer, log, torch._dynamo.utils.counters["stats"]["unique_graphs"])


def functional_transforms() -> list[Any]:
    x, y = begin()
    model = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3))
    parameters = {name: value.detach() for name, value in model.named_parameters()}

    def loss(given: dict[str, Tensor], inputs: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(torch.func.functional_call(model, given, (inputs,)), targets)

    each = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))
    spread = {}
    for _ in range(8):
        gradient = torch.func.grad(loss)(parameters, x, y)
        spread = {name: value.std().item() for name, value in each(parameters, x[:, None], y[:, None]).items()}
        parameters = {name: value - 0.1 * gradient[name] for name, value in parameters.items()}
    return everything(
        parameters, spread, torch.func.jacrev(model)(x[0]), torch.func.hessian(lambda v: model(v).sum())(x[0])
    )


def gradients_of_gradients() -> list[Any]:
    x, _ = begin()
    model, log = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1)), []
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(8):
        inputs = x.clone().requires_grad_()
        output = model(inputs)
        (slope,) = torch.autograd.grad(output.sum(), inputs, create_graph=True)
        loss = output.pow(2).mean() + ((slope.norm(dim=1) - 1) ** 2).mean()
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        optimizer.step()
        log.append(loss.item())
    output = model(x)
    output.backward(gradient=torch.ones_like(output))
    torch.autograd.backward([model(x).mean(), model(x).pow(2).mean()])
    torch.autograd.backward(value for value in [model(x).mean()])
    torch.autograd.backward(torch.autograd.graph.get_gradient_edge(model(x).mean()), torch.ones(()))
    return everything(model, optimizer, log, [parameter.grad.clone() for parameter in model.parameters()])


def errors_that_are_caught() -> list[Any]:
    x, y = begin()
    model, log = Net(), []
    optimizer = torch.optim.Adam(model.parameters())

    class Interrupted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(5, 3)

        def forward(self, inputs: Tensor) -> Tensor:
            self.inner(inputs)
            raise KeyboardInterrupt

    for step in range(12):
        try:
            if step % 3 == 1:
                model(x[:, :2])
            if step % 4 == 2:
                F.cross_entropy(model(x), y[:3])
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            if step == 7:
                loss.backward()
            if step == 8:
                Interrupted()(x)
            optimizer.step()
            log.append(loss.item())
        except (RuntimeError, ValueError, KeyboardInterrupt) as error:
            log.append(f"{type(error).__name__}: {error}")
    return everything(model, optimizer, log)


class Counting(TorchFunctionMode):
    """Counts the functions that are called."""

    def __init__(self) -> None:
        self.count = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += 1
        return func(*args, **(kwargs or {}))


class CountingDeep(TorchDispatchMode):
    """Counts the operations that are carried out."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += 1
        return func(*args, **(kwargs or {}))


def modes_of_its_own() -> list[Any]:
    x, y = begin()
    model, counting, deep = Net(), Counting(), CountingDeep()
    optimizer = torch.optim.Adam(model.parameters())
    with torch.device("cpu"):
        for _ in range(4):
            with counting:
                output = model(x)
            optimizer.zero_grad()
            F.cross_entropy(output, y).backward()
            optimizer.step()
    torch.set_default_device("cpu")
    for _ in range(4):
        with counting:
            F.cross_entropy(model(x[:50]), y[:50]).backward()
    torch.set_default_device(None)
    for _ in range(3):
        with deep:
            model(x).sum().backward()
            optimizer.step()
    return everything(model, optimizer, counting.count, deep.count)


def traced_and_scripted() -> list[Any]:
    x, _ = begin()
    model = Net().eval()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        traced = torch.jit.trace(model, x)
        scripted = torch.jit.script(nn.Sequential(nn.Linear(5, 3), nn.ReLU()))
    graph = torch.fx.symbolic_trace(model)
    kinds = [node.kind() for node in traced.inlined_graph.nodes()]
    return everything([traced(x), scripted(x), graph(x), graph.code, kinds])


def layers_of_all_kinds() -> list[Any]:
    x, y = begin()
    shared = nn.Linear(6, 6)
    lazy = nn.Sequential(nn.LazyLinear(6), nn.ReLU(), shared, nn.ReLU(), shared, nn.LazyLinear(3))
    lazy(x[:2])
    normed = nn.utils.parametrizations.weight_norm(nn.Linear(3, 3))
    recurrent, table = nn.GRU(4, 3, batch_first=True), nn.Embedding(3, 4, sparse=True)
    optimizer = torch.optim.NAdam([*lazy.parameters(), *normed.parameters(), *recurrent.parameters()])
    sparse = torch.optim.SparseAdam(table.parameters())
    for _ in range(8):
        states, _ = recurrent(table(y).unsqueeze(1), hx=None)
        loss = F.cross_entropy(normed(checkpoint(lazy, x, use_reentrant=False)) + states[:, -1], y)
        loss = loss + 1e-3 * sum(parameter.pow(2).sum() for parameter in lazy.parameters())
        for each in (optimizer, sparse):
            each.zero_grad()
        loss.backward()
        for each in (optimizer, sparse):
            each.step()
    return everything(lazy, normed, recurrent, table, optimizer, loss.item())


def schedulers_of_all_kinds() -> list[Any]:
    x, y = begin()
    model, rates = Net(), []
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    kinds = torch.optim.lr_scheduler
    chained = kinds.SequentialLR(optimizer, [kinds.LinearLR(optimizer), kinds.ExponentialLR(optimizer, 0.9)], [3])
    plateau, own = kinds.ReduceLROnPlateau(optimizer, patience=1), kinds.LambdaLR(optimizer, lambda n: 1 / (n + 1))
    for _ in range(8):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        chained.step()
        plateau.step(1.0)
        own.step()
        rates.append(optimizer.param_groups[0]["lr"])
    return everything(model, optimizer, rates)


def forward_called_directly() -> list[Any]:
    x, y = begin()
    model = Net()
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(8):
        loss = F.cross_entropy(model.forward(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return everything(model, optimizer, loss.item())


ODDITIES: list[Program] = [
    functional_transforms,
    gradients_of_gradients,
    errors_that_are_caught,
    modes_of_its_own,
    traced_and_scripted,
    layers_of_all_kinds,
    schedulers_of_all_kinds,
    forward_called_directly,
    compiled_model,
    compiled_function,
]
