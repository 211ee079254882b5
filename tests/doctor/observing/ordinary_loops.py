"""Loops whose steps are mostly alike, and which take up some other habit on the way."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from observed_habits import begin
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

Loop = Callable[[], Any]
STEPS = 220


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3))


def batches(steps: int = STEPS) -> Iterator[tuple[int, Tensor, Tensor]]:
    x, y = begin()
    for step in range(steps):
        rows = [(16 * step + row) % 120 for row in range(16)]
        yield step, x[rows], y[rows]


def plain(steps: int = STEPS, zeroes: Callable[[int], bool] = lambda step: True, first: bool = True) -> None:
    model = network()
    optimizer = torch.optim.Adam(model.parameters())
    for step, x, y in batches(steps):
        if first and zeroes(step):
            optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        if not first and zeroes(step):
            optimizer.zero_grad()


def zeroed_afterwards() -> None:
    plain(first=False)


def zeroed_only_at_first() -> None:
    plain(zeroes=lambda step: step < 130)


def zeroed_only_later() -> None:
    plain(zeroes=lambda step: step > 130)


def zeroed_now_and_then() -> None:
    plain(zeroes=lambda step: step % 50 != 49)


def module_as_loss_with_judging() -> None:
    model, criterion = network(), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step, x, y in batches():
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()
        if step % 20 == 19:
            model.eval()
            with torch.no_grad():
                criterion(model(x), y)
            model.train()


def accumulated(begins: int = 0) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step, x, y in batches():
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        if step < begins or step % 4 == 3:
            optimizer.step()
            optimizer.zero_grad()


def accumulated_from_some_step_on() -> None:
    accumulated(begins=120)


def with_closures() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _, x, y in batches():

        def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            return loss

        optimizer.step(closure)  # type: ignore[arg-type]


def with_an_argument_now_and_then() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step, x, y in batches():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step(*([None] if step % 3 else []))


def two_optimizers() -> None:
    maker, critic = nn.Linear(4, 2), nn.Linear(2, 1)
    of_maker, of_critic = torch.optim.SGD(maker.parameters(), 0.01), torch.optim.Adam(critic.parameters())
    for _ in range(STEPS):
        made = maker(torch.randn(8, 4))
        of_critic.zero_grad()
        (critic(made.detach()) - critic(torch.randn(8, 2))).mean().backward()
        of_critic.step()
        of_maker.zero_grad()
        critic(made).mean().backward()
        of_maker.step()


def one_optimizer_joins_late_in_the_same_line() -> None:
    first, second = nn.Linear(5, 4), nn.Linear(4, 3)
    of_first, of_second = torch.optim.SGD(first.parameters(), 0.1), torch.optim.SGD(second.parameters(), 0.1)

    def learn(loss: Tensor, *optimizers: torch.optim.Optimizer) -> None:
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()

    for step, x, y in batches():
        if step < 100:
            learn(first(x).square().mean(), of_first)
        else:
            learn(F.cross_entropy(second(first(x).detach()), y), of_second)


def no_number_now_and_then() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.0)
    for step, x, y in batches():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        (loss * float("inf") if step in (77, 133, 134) else loss).backward()
        optimizer.step()


def nothing_is_passed_back_from_some_step_on() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step, x, y in batches():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        if step < 100:
            loss.backward()
        optimizer.step()


def zeroed_between_backward_and_step_from_some_step_on() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step, x, y in batches():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        if step > 100:
            optimizer.zero_grad()
        optimizer.step()


def graphs_are_kept_from_some_step_on() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step, x, y in batches():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward(retain_graph=step > 100)
        optimizer.step()


def other_shapes_and_kinds_of_number() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    for step, x, y in batches():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x[: 16 - step % 2]), y[: 16 - step % 2])
        if step % 5 == 4:
            loss = loss.double()
        if step % 7 == 6:
            loss = loss[None]
        loss.backward()
        optimizer.step()


def clipped() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _, x, y in batches():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()


LOOPS: list[Loop] = [
    plain,
    zeroed_afterwards,
    zeroed_only_at_first,
    zeroed_only_later,
    zeroed_now_and_then,
    module_as_loss_with_judging,
    accumulated,
    accumulated_from_some_step_on,
    with_closures,
    with_an_argument_now_and_then,
    two_optimizers,
    one_optimizer_joins_late_in_the_same_line,
    no_number_now_and_then,
    nothing_is_passed_back_from_some_step_on,
    zeroed_between_backward_and_step_from_some_step_on,
    graphs_are_kept_from_some_step_on,
    other_shapes_and_kinds_of_number,
    clipped,
]
