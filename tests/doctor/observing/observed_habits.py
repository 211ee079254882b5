"""Programs as people write them, each of which returns everything that must not change when it is observed."""

import copy
import io
import pickle
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as people write it
from torch.utils.data import DataLoader, TensorDataset, random_split

Program = Callable[[], list[Any]]


class Net(nn.Module):
    """Two layers with dropout and, if asked for, batch norm."""

    def __init__(self, batch_norm: bool = False) -> None:
        super().__init__()
        self.first = nn.Linear(5, 8)
        self.norm = nn.BatchNorm1d(8) if batch_norm else nn.Identity()
        self.drop = nn.Dropout(0.3)
        self.last = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.drop(F.relu(self.norm(self.first(x)))))


def begin() -> tuple[Tensor, Tensor]:
    """Seeds everything; 120 rows and their classes."""
    torch.manual_seed(3)
    np.random.seed(3)
    random.seed(3)
    generator = torch.Generator().manual_seed(1)
    return torch.randn(120, 5, generator=generator), torch.randint(0, 3, (120,), generator=generator)


def everything(*things: Any) -> list[Any]:
    """Weights, buffers, optimizer states, logs and all random states."""
    found: list[Any] = []
    for thing in things:
        if isinstance(thing, nn.Module):
            found.append({name: value.clone() for name, value in thing.state_dict().items()})
        elif isinstance(thing, torch.optim.Optimizer):
            found.append(copy.deepcopy(thing.state_dict()))
        else:
            found.append(thing)
    return [*found, torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()]


def same(one: Any, other: Any) -> bool:
    """Whether two results agree to the last bit."""
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one.detach(), other.detach())
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return bool(one == other)


def epochs_with_validation() -> list[Any]:
    x, y = begin()
    model, criterion, log = Net(batch_norm=True), nn.CrossEntropyLoss(), []
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(4):
        model.train()
        for rows in torch.randperm(len(x)).split(16):
            optimizer.zero_grad()
            loss = criterion(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            log.append(loss.item())
        model.eval()
        with torch.no_grad():
            log.append((model(x).argmax(1) == y).float().mean().item())
    return everything(model, optimizer, log)


def functional_loss_clipped_and_scheduled() -> list[Any]:
    x, y = begin()
    model, log = Net(), []
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, nesterov=True)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 5)
    for _ in range(5):
        for first in range(0, 120, 32):
            loss = F.cross_entropy(model(x[first : first + 32]), y[first : first + 32])
            optimizer.zero_grad(set_to_none=False)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            log.append(loss.item())
        scheduler.step()
        model.eval()
        with torch.inference_mode():
            log.append(F.cross_entropy(model(x), y).item())
        model.train()
    return everything(model, optimizer, log)


def network_by_hand() -> list[Any]:
    x, y = begin()
    target, log = F.one_hot(y, 3).float(), []
    weight, bias, last = torch.randn(5, 8), torch.zeros(8), torch.randn(8, 3)
    parameters = [weight.requires_grad_(), bias.requires_grad_(), last.requires_grad_()]
    for _ in range(30):
        loss = ((torch.sigmoid(x @ weight + bias) @ last - target) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in parameters:
                parameter -= 0.1 * parameter.grad
                parameter.grad.zero_()
        log.append(loss.item())
    return everything([parameter.detach() for parameter in parameters], log)


def loss_and_update_by_hand() -> list[Any]:
    x, y = begin()
    model, log = Net(), []
    for _ in range(30):
        loss = -torch.log(torch.softmax(model(x), 1)[range(len(y)), y]).mean()
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= 0.1 * parameter.grad.data
        log.append(loss.item())
    return everything(model, log)


def closures() -> list[Any]:
    x, y = begin()
    model = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3))
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=5)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        return loss

    return everything([optimizer.step(closure).item() for _ in range(6)], model, optimizer)


def two_adversaries() -> list[Any]:
    begin()
    maker = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    critic = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    of_maker, of_critic = torch.optim.Adam(maker.parameters()), torch.optim.Adam(critic.parameters())
    criterion, log = nn.BCEWithLogitsLoss(), []
    for _ in range(25):
        real, made = torch.randn(16, 2) + 2, maker(torch.randn(16, 4))
        of_critic.zero_grad()
        on_real = criterion(critic(real), torch.ones(16, 1))
        on_made = criterion(critic(made.detach()), torch.zeros(16, 1))
        on_real.backward()
        on_made.backward()
        of_critic.step()
        of_maker.zero_grad()
        loss = criterion(critic(made), torch.ones(16, 1))
        loss.backward()
        of_maker.step()
        log.append(loss.item())
    return everything(maker, critic, of_maker, of_critic, log)


def copies_and_files() -> list[Any]:
    x, y = begin()
    model, log = Net(batch_norm=True), []
    optimizer = torch.optim.AdamW(model.parameters())
    best = model
    for step in range(12):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        if step == 5:
            best = copy.deepcopy(model)
        if step == 8:
            buffer = io.BytesIO()
            torch.save(model, buffer)
            written = [buffer.getvalue(), pickle.dumps(model), pickle.dumps(optimizer), pickle.dumps(F.cross_entropy)]
            log += [b"pellucid" in each for each in written]
            buffer.seek(0)
            read = torch.load(buffer, weights_only=False).eval()
            log += [read(x).sum().item(), sorted(read.__dict__)]
    log += [len(part._forward_hooks) + len(part._forward_pre_hooks) for part in best.modules()]
    return everything(model, best, log)


def loader(workers: int = 0) -> list[Any]:
    x, y = begin()
    some, _ = random_split(TensorDataset(x, y), [90, 30])
    model, log = Net(), []
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(2):
        for inputs, targets in DataLoader(some, 16, shuffle=True, num_workers=workers):
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(model(inputs), targets)
            loss.backward()
            optimizer.step()
            log.append(loss.item())
    return everything(model, optimizer, log)


def loader_with_workers() -> list[Any]:
    return loader(workers=2)


def mixed_precision() -> list[Any]:
    x, y = begin()
    model, scaler = Net(), torch.amp.GradScaler("cpu")
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(12):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = F.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_value_(model.parameters(), 0.1)
        scaler.step(optimizer)
        scaler.update()
    return everything(model, optimizer, scaler.get_scale())


HABITS: list[Program] = [
    epochs_with_validation,
    functional_loss_clipped_and_scheduled,
    network_by_hand,
    loss_and_update_by_hand,
    closures,
    two_adversaries,
    copies_and_files,
    loader,
    loader_with_workers,
    mixed_precision,
]
