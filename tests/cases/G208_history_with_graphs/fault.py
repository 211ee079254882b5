"""Fit a noisy wave and keep the history of the loss."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
x = torch.linspace(-3, 3, 600).unsqueeze(1)
y = torch.sin(2 * x) + 0.1 * torch.randn_like(x)


class Wave(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))

    def forward(self, x):
        return self.net(x)


def train(model, optimizer, epochs):
    history = []
    for epoch in range(epochs):
        for rows in torch.randperm(len(x)).split(60):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            history.append(loss)
    return history


model = Wave()
history = train(model, torch.optim.Adam(model.parameters(), lr=0.005), epochs=30)
print(f"last loss {sum(history[-10:]).item() / 10:.4f}")
kept = sum(loss.grad_fn is not None for loss in history)
print(f"kept {kept}")
