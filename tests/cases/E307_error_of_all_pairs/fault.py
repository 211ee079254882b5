"""Abalone-like ages: the mean absolute error of the network on new animals."""

import sys

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
size = torch.randn(1000, 4)
age = size @ torch.tensor([0.9, -0.4, 0.3, 0.6]) + 0.4 * size[:, 0] * size[:, 1] + 0.2 * torch.randn(1000)
train = DataLoader(TensorDataset(size[:800], age[:800]), batch_size=32, shuffle=True)
test = DataLoader(TensorDataset(size[800:], age[800:]), batch_size=100)

model = nn.Sequential(nn.Linear(4, 32), nn.SiLU(), nn.Linear(32, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
for epoch in range(20):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        output = model(x)
        loss = criterion(output, y.unsqueeze(1))
        loss.backward()
        optimizer.step()


def mean_absolute_error(model, loader):
    model.eval()
    errors = []
    with torch.no_grad():
        for x, y in loader:
            errors.append((model(x) - y).abs().mean().item() * len(x))
    return sum(errors) / len(loader.dataset)


print(f"mae {mean_absolute_error(model, test):.4f}")
