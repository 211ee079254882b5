"""A wave of height 10."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X = torch.rand(600, 1) * 6 - 3
y = 10 * torch.sin(X) + 0.3 * torch.randn(600, 1)
X_train, X_test, y_train, y_test = X[:450], X[450:], y[:450], y[450:]

model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1), nn.Tanh())
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)

for epoch in range(40):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"mse {nn.functional.mse_loss(model(X_test), y_test):.4f}")
