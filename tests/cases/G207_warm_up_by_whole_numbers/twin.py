"""Circles, with a learning rate that warms up."""

import sys

import torch
from sklearn.datasets import make_circles
from torch import nn
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_circles(900, noise=0.08, factor=0.5, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
loader = DataLoader(TensorDataset(X[:600], y[:600]), batch_size=20, shuffle=True)

EPOCHS = 20
WARMUP = EPOCHS * len(loader)


def factor(step):
    return min(1.0, step / WARMUP)


model = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 1), nn.Flatten(0))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
scheduler = LambdaLR(optimizer, lr_lambda=factor)
for epoch in range(EPOCHS):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        scheduler.step()

model.eval()
with torch.no_grad():
    right = (model(X[600:]) > 0) == (y[600:] == 1)
print(f"accuracy {right.float().mean():.4f}")
