"""Neighbours of a mistake that are none, and mistakes in a shape that the case book does not have."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from watched_programs import Commands, commands

from pellucid.doctor.facts import Pass, Phase

BEGINNING = """import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
X = torch.randn(300, 4)
y = (X[:, :1] + X[:, 1:2] > 0).float()
"""
TRAINING = """
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(20):
    for rows in torch.randperm(240).split(32):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(((model(X[240:]) > 0.5) == y[240:]).float().mean())
"""
NETWORK = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear({first}, 8), nn.Linear({second}, {third}), nn.Linear({third}, 1)

    def forward(self, x):
        return torch.sigmoid({forward})

model = Net()
"""
REGRESSION = """
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(3):
    for rows in torch.randperm(len(X)).split(32):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
"""
AMOUNTS = """
rate = torch.tensor([1.0, 0.3, 7.0])
unit = torch.randint(0, 3, (300,))
amount = torch.rand(300) + 0.1
X = torch.stack([torch.randn(300), torch.randn(300), amount, {unit}], 1)
y = (amount * rate[unit]).unsqueeze(1)
y = (y - y.mean()) / y.std()
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
"""
DECISION = """
model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1), nn.Sigmoid())
{how}
    guess = (model(X) > 0.5).float()
    print(F.mse_loss(guess, y))
"""


ACCUMULATED = """
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(10):
    for group in torch.randperm(256).split(64):
        optimizer.zero_grad()
        for rows in group.chunk(4):
            loss = F.relu(1 - model(X[rows]) * (2 * y[rows] - 1)).mean(){shared}
            loss.backward()
        optimizer.step()
"""
BY_MATRICES = """
W = ((torch.rand(4, 16) - {middle}) * 2).requires_grad_()
V = torch.randn(16, 1).requires_grad_()
optimizer = torch.optim.SGD([W, V], lr=0.1)
for epoch in range(10):
    for rows in torch.randperm(256).split(64):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits((X[rows].abs() @ W).clamp(min=0) @ V, y[rows]).backward()
        optimizer.step()
"""
FORGETTING = """
y = (X[:, :1] + 0.7 * torch.randn(300, 1) > 0).float()
model = nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
for epoch in range(60):
    for rows in torch.randperm(60).split(20):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(F.binary_cross_entropy_with_logits(model(X[60:]), y[60:]).item())
"""


def net(first: int, second: int, third: int, forward: str) -> str:
    return BEGINNING + NETWORK.format(first=first, second=second, third=third, forward=forward) + TRAINING


TOLD = {
    "linear layers behind one another before a sigmoid": ("N501", net(4, 8, 4, "self.c(self.b(self.a(x)))")),
    "an amount and its unit": ("D405", BEGINNING + AMOUNTS.format(unit="unit.float()") + REGRESSION),
    "a hinge by hand whose gradients are added up": ("G203", BEGINNING + ACCUMULATED.format(shared="")),
    "matrices without a module whose units are all off": ("T601", BEGINNING + BY_MATRICES.format(middle="1.0")),
    "rows learned by heart": ("T609", BEGINNING + FORGETTING),
    "decisions judged by a loss in a forward pass": ("L121", BEGINNING + DECISION.format(how="if True:")),
}
LEFT_ALONE = {
    "a network with an activation before its sigmoid": ("N501", net(4, 8, 4, "self.c(self.b(self.a(x).relu()))")),
    "two linear maps of the inputs multiplied": ("N501", net(4, 4, 8, "(self.a(x) * self.b(x)).sum(1, keepdim=True)")),
    "a wide part beside a deep one": (
        "N501",
        net(4, 8, 1, "self.b(self.a(x).tanh()) + nn.functional.linear(x, self.c.weight.expand(1, 4))"),
    ),
    "an amount beside a column that is not its unit": (
        "D405",
        BEGINNING + AMOUNTS.format(unit="torch.randint(0, 3, (300,)).float()") + REGRESSION,
    ),
    "a hinge by hand with every group's share": (
        "G203",
        BEGINNING + ACCUMULATED.format(shared=" * len(rows) / len(group)"),
    ),
    "matrices without a module and first weights of both signs": (
        "T601",
        BEGINNING + BY_MATRICES.format(middle="0.5"),
    ),
    "decisions judged without gradients": ("L121", BEGINNING + DECISION.format(how="with torch.no_grad():")),
}


@pytest.fixture(scope="module", name="running")
def _running() -> Iterator[Commands]:
    yield from commands()


def codes_of(text: str, running: Commands, folder: Path) -> set[str]:
    (folder / "train.py").write_text(text)
    told = running.watch("train.py", folder=folder)
    assert told.exit_code == 0, told.printed
    return {each["code"] for each in told.everything() if each["severity"] != "info"}


@pytest.mark.parametrize("name", TOLD)
def test_a_mistake_in_another_shape_is_told(name: str, running: Commands, tmp_path: Path) -> None:
    code, text = TOLD[name]
    assert code in codes_of(text, running, tmp_path)


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_a_neighbour_of_a_mistake_is_left_alone(name: str, running: Commands, tmp_path: Path) -> None:
    code, text = LEFT_ALONE[name]
    assert code not in codes_of(text, running, tmp_path)


@pytest.mark.parametrize(
    ("sizes", "rounds"),
    [
        ([], []),
        ([64, 64, 40], [[64, 64, 40]]),
        ([64, 51, 64, 64, 40], [[64, 51], [64, 64, 40]]),
        ([32, 32], [[32, 32]]),
        ([64, 20, 64], [[64, 20], [64]]),
    ],
)
def test_rounds_through_the_data_end_with_the_smaller_batch(sizes: list[int], rounds: list[list[int]]) -> None:
    assert Pass(0, Phase(training=False, grad=False), (), (), sizes).rounds() == rounds
