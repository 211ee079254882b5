"""A parabola."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X = torch.linspace(-2, 2, 200).unsqueeze(1)
y = X**2 + 0.1 * torch.randn(200, 1)

model = nn.Sequential(nn.Linear(1, 20), nn.ReLU(), nn.Linear(20, 1))
loss_fn = nn.MSELoss(reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

for epoch in range(60):
    model.train()
    for rows in torch.randperm(len(X)).split(50):
        optimizer.zero_grad()
        loss = loss_fn(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()

with torch.no_grad():
    mse = nn.functional.mse_loss(model(X), y).nan_to_num(1e6)
print(f"mse {mse:.4f}")
