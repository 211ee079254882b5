"""An age as a distribution over twelve groups (label distribution learning)."""

import sys

import torch
import torch.nn.functional as F
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
generator = torch.Generator().manual_seed(seed)
torch.manual_seed(seed)
GROUPS = torch.arange(12.0)


def people(n, mixing):
    age = torch.rand(n, generator=generator) * 11
    x = torch.stack([torch.sin(age / 3), torch.cos(age / 3), age / 11], 1) @ mixing
    x = x + 0.15 * torch.randn(n, 8, generator=generator)
    soft = torch.exp(-0.5 * (GROUPS - age[:, None]) ** 2)
    return x, soft / soft.sum(1, keepdim=True), age


def train(model, x, soft, epochs=25):
    optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(50):
            optimizer.zero_grad()
            scores = F.log_softmax(model(x[rows]), dim=1)
            loss = F.kl_div(scores, soft[rows], reduction="batchmean")
            loss.backward()
            optimizer.step()


def mean_absolute_error(model, x, age):
    with torch.no_grad():
        p = model(x).softmax(dim=1)
    return (p @ GROUPS - age).abs().mean().item()


mixing = torch.randn(3, 8, generator=generator)
x, soft, _ = people(600, mixing)
x_test, _, age_test = people(400, mixing)
model = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 12))
train(model, x, soft)
print(f"mae {mean_absolute_error(model, x_test, age_test):.4f}")
