"""Programs that an observer could easily harm; each returns everything that must not change when it is observed."""

import pickle
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from observed_habits import Net, Program, begin, everything
from observed_oddities import Counting, CountingDeep
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as people write it
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, TensorDataset


def small() -> nn.Module:
    return nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3))


def train(
    model: nn.Module, optimizer: torch.optim.Optimizer, steps: int = 45, loss: Callable[[], Tensor] | None = None
) -> list[Any]:
    """Steps enough for most to be ordinary ones."""
    x, y = begin()
    for _ in range(steps):
        optimizer.zero_grad()
        (F.cross_entropy(model(x), y) if loss is None else loss()).backward()
        optimizer.step()
    return everything(model, optimizer)


def model_and_optimizer_pickled() -> list[Any]:
    begin()
    model = Net()
    optimizer = torch.optim.Adam(model.parameters())
    train(model, optimizer)
    read, its_optimizer = pickle.loads(pickle.dumps((model, optimizer)))  # noqa: S301
    return train(read, its_optimizer)


def module_with_slots_and_a_will_of_its_own() -> list[Any]:
    class Frozen(nn.Module):
        __slots__ = ("mine",)

        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(5, 3)
            object.__setattr__(self, "mine", 1)
            object.__setattr__(self, "done", True)

        def __setattr__(self, name: str, value: Any) -> None:
            if self.__dict__.get("done"):
                raise AttributeError("frozen")
            super().__setattr__(name, value)

        def forward(self, x: Tensor) -> Tensor:
            return self.inner(x)

        def _refuse(self, *_: object) -> Any:
            raise TypeError("not to be asked")

        __eq__ = __bool__ = __len__ = __iter__ = __repr__ = _refuse
        __hash__ = nn.Module.__hash__

    x, y = begin()
    model = Frozen()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    return [*train(model.inner, optimizer, loss=lambda: F.cross_entropy(model(x), y))]


def optimizer_of_ones_own() -> list[Any]:
    class Mine(torch.optim.Optimizer):
        def __init__(self, parameters: Any) -> None:
            super().__init__(parameters, {"lr": 0.1})

        @torch.no_grad()
        def step(self, closure: Any = None) -> Any:
            for group in self.param_groups:
                for parameter in group["params"]:
                    parameter.add_(parameter.grad, alpha=-group["lr"])

    begin()
    model = small()
    return train(model, Mine(model.parameters()))


def several_threads() -> list[Any]:
    x, y = begin()
    models = [small() for _ in range(3)]

    def learn(model: nn.Module) -> None:
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for _ in range(45):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()

    threads = [threading.Thread(target=learn, args=(model,)) for model in models[1:]]
    for thread in threads:
        thread.start()
    learn(models[0])
    for thread in threads:
        thread.join()
    return everything(*models)


def hooks_that_raise() -> list[Any]:
    x, y = begin()
    model, log = small(), []
    optimizer = torch.optim.SGD(model.parameters(), 0.1)

    def forward(module: nn.Module, given: Any, result: Any) -> None:
        log.append("forward")
        if len(log) in (9, 150):
            raise ValueError("mine")

    def backward(gradient: Tensor) -> None:
        log.append("backward")
        if len(log) in (20, 160):
            raise KeyboardInterrupt

    model[0].register_forward_hook(forward)  # type: ignore[index]
    model[0].weight.register_hook(backward)  # type: ignore[index]
    for _ in range(90):
        try:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
        except (ValueError, KeyboardInterrupt) as error:
            log.append(type(error).__name__)
    return everything(model, optimizer, log)


def endless_recursion() -> list[Any]:
    class Recursive(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(5, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self(x)

    x, _ = begin()
    told = []
    for _ in range(2):
        try:
            Recursive()(x)
        except RecursionError:
            told.append("too deep")
    model = small()
    return [*told, *train(model, torch.optim.SGD(model.parameters(), 0.1))]


def judged_in_a_generator_that_is_closed() -> list[Any]:
    x, _ = begin()
    model = small()

    def outputs() -> Any:
        with torch.no_grad():
            for first in range(0, 120, 10):
                yield model(x[first : first + 10])

    some = outputs()
    first = next(some)
    some.close()
    return [first, torch.is_grad_enabled(), *train(model, torch.optim.SGD(model.parameters(), 0.1))]


def strict_modes() -> list[Any]:
    begin()
    model = small()
    torch.use_deterministic_algorithms(True)
    try:
        with warnings.catch_warnings(action="ignore"), torch.autograd.detect_anomaly():
            return train(model, torch.optim.SGD(model.parameters(), 0.1))
    finally:
        torch.use_deterministic_algorithms(False)


def numbers_of_other_kinds() -> list[Any]:
    x, y = begin()
    half = small().bfloat16()
    found = train(half, torch.optim.SGD(half.parameters(), 0.1), loss=lambda: F.cross_entropy(half(x.bfloat16()), y))
    weight = torch.ones(5, 3, dtype=torch.complex64, requires_grad=True)
    optimizer = torch.optim.Adam([weight])
    for step in range(45):
        optimizer.zero_grad()
        loss = (x.to(torch.complex64) @ weight).abs().square().mean()
        if step % 2:
            loss.to(torch.complex64).backward(torch.tensor(1 + 0j))
        else:
            loss.backward()
        optimizer.step()
    return [*found, *everything([weight.detach()], optimizer)]


def optimizers_at_one_go() -> list[Any]:
    found = []
    for options in ({"foreach": True}, {"fused": True}, {"foreach": False, "amsgrad": True}):
        begin()
        model = small()
        found += train(model, torch.optim.Adam(model.parameters(), **options))
    return found


def results_of_all_kinds() -> list[Any]:
    @dataclass
    class Result:
        logits: Tensor

    x, y = begin()
    found = []
    for wrap, unwrap in (
        (lambda logits: {"logits": logits}, lambda result: result["logits"]),
        (lambda logits: (None, [logits]), lambda result: result[1][0]),
        (Result, lambda result: result.logits),
    ):

        class Wrapped(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.inner = small()

            def forward(self, *, x: Tensor, wrap: Any = wrap) -> Any:
                return wrap(self.inner(x))

        model = Wrapped()

        def loss(model: nn.Module = model, unwrap: Any = unwrap) -> Tensor:
            return F.cross_entropy(unwrap(model(x=x)), y)

        found += train(model, torch.optim.SGD(model.parameters(), 0.1), loss=loss)
    return found


def parametrized_and_parallel() -> list[Any]:
    class Symmetric(nn.Module):
        def forward(self, weight: Tensor) -> Tensor:
            return weight.triu() + weight.triu(1).T

    begin()
    square = nn.Linear(5, 5)
    nn.utils.parametrize.register_parametrization(square, "weight", Symmetric())
    model = nn.Sequential(square, nn.utils.parametrizations.spectral_norm(nn.Linear(5, 3)))
    return train(nn.DataParallel(model), torch.optim.SGD(model.parameters(), 0.01))


def loss_of_a_class_of_ones_own() -> list[Any]:
    asked: list[str] = []

    class Mine(Tensor):
        @classmethod
        def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            asked.append(func.__name__)
            return super().__torch_function__(func, types, args, kwargs or {})

    x, y = begin()
    model = small()
    found = train(
        model,
        torch.optim.SGD(model.parameters(), 0.1),
        loss=lambda: F.cross_entropy(model(x), y).as_subclass(Mine),
    )
    return [*found, asked]


def modes_and_transforms_after_many_steps() -> list[Any]:
    x, y = begin()
    model, shallow, deep = small(), Counting(), CountingDeep()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    train(model, optimizer, steps=300)
    with shallow:
        train(model, optimizer, steps=3)
    with deep:
        train(model, optimizer, steps=3)
    parameters = {name: value.detach() for name, value in model.named_parameters()}
    gradient = torch.func.grad(lambda given: F.cross_entropy(torch.func.functional_call(model, given, (x,)), y))
    each = torch.func.vmap(model)(x)
    return [shallow.count, deep.count, gradient(parameters), each, *train(model, optimizer, steps=3)]


def made_anew_in_the_backward_pass() -> list[Any]:
    x, y = begin()
    model, found = Net(), []
    for _ in range(12):
        loss = F.cross_entropy(checkpoint(model, x, use_reentrant=False), y)
        found += torch.autograd.grad(loss, list(model.parameters()))
    return everything(found, model)


def workers_that_are_spawned() -> list[Any]:
    x, y = begin()
    model = small()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for inputs, targets in DataLoader(
        TensorDataset(x, y), 30, shuffle=True, num_workers=2, multiprocessing_context="spawn"
    ):
        optimizer.zero_grad()
        F.cross_entropy(model(inputs), targets).backward()
        optimizer.step()
    return everything(model)


PERILS: list[Program] = [
    model_and_optimizer_pickled,
    module_with_slots_and_a_will_of_its_own,
    optimizer_of_ones_own,
    several_threads,
    hooks_that_raise,
    endless_recursion,
    judged_in_a_generator_that_is_closed,
    strict_modes,
    numbers_of_other_kinds,
    optimizers_at_one_go,
    results_of_all_kinds,
    parametrized_and_parallel,
    loss_of_a_class_of_ones_own,
    modes_and_transforms_after_many_steps,
    made_anew_in_the_backward_pass,
    workers_that_are_spawned,
]
