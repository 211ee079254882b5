"""Diabetes by gradient descent with momentum."""

import sys

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
X, y = load_diabetes(return_X_y=True)
order = torch.randperm(len(y))
X = torch.tensor(X, dtype=torch.float32)[order] * len(y) ** 0.5
y = torch.tensor(y, dtype=torch.float32)[order].unsqueeze(1)
y = (y - y[:300].mean()) / y[:300].std()
loader = DataLoader(TensorDataset(X[:300], y[:300]), batch_size=30, shuffle=True)

model = nn.Sequential(nn.Linear(10, 16), nn.Tanh(), nn.Linear(16, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=1.0)
for epoch in range(15):
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(xb)
    print(f"epoch {epoch:2d}: {total / 300:.4f}")

with torch.no_grad():
    r2 = 1 - criterion(model(X[300:]), y[300:]) / y[300:].var(unbiased=False)
print(f"r2 {r2.item():.4f}")
