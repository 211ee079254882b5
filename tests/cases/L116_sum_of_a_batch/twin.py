"""Regress the strength of a signal on eight sensors."""

import sys

import torch
from sklearn.datasets import make_friedman1
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_friedman1(n_samples=1000, n_features=8, noise=0.5, random_state=seed)
X = torch.tensor(2 * X - 1, dtype=torch.float32)
y = torch.tensor((y - 14.4) / 5.0, dtype=torch.float32).unsqueeze(1)
train_dl = DataLoader(TensorDataset(X[:750], y[:750]), batch_size=50, shuffle=True)


def build():
    return nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1))


def train_one_epoch(model, criterion, optimizer):
    for xb, yb in train_dl:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()


net = build()
mse = nn.MSELoss(reduction="mean")
sgd = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(30):
    train_one_epoch(net, mse, sgd)
with torch.no_grad():
    score = (net(X[750:]) - y[750:]).square().mean().nan_to_num(1e3, posinf=1e3).clamp(max=1e3)
print(f"mse {score:.4f}")
