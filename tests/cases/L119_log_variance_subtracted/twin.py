"""Predict a mean and a spread for each point."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
x = torch.rand(1200, 1) * 6 - 3
spread = 0.1 + 0.2 * (x > 0).float()
y = torch.sin(1.5 * x) + spread * torch.randn_like(x)
x_train, y_train, x_test, y_test = x[:900], y[:900], x[900:], y[900:]


class MeanAndSpread(nn.Module):
    def __init__(self, hidden=40):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh())
        self.mean = nn.Linear(hidden, 1)
        self.log_var = nn.Linear(hidden, 1)

    def forward(self, x):
        h = self.body(x)
        return self.mean(h), self.log_var(h)


def gaussian_nll(mean, log_var, target):
    return 0.5 * ((target - mean) ** 2 * torch.exp(-log_var) + log_var).mean()


model = MeanAndSpread()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(25):
    for rows in torch.randperm(900).split(45):
        loss = gaussian_nll(*model(x_train[rows]), y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch % 5 == 4:
        print(f"{epoch + 1:3d} nll {loss.item():.3f}")
model.eval()
with torch.no_grad():
    mean, _ = model(x_test)
    print(f"rmse {(mean - y_test).square().mean().sqrt():.4f}")
