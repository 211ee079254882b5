"""A straight line with noise, from one number."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X = torch.rand(400, 1) * 2 - 1
y = 3 + 2 * X + 0.2 * torch.randn(400, 1)
X_train, X_test, y_train, y_test = X[:300], X[300:], y[:300], y[300:]

model = nn.Sequential(
    nn.Linear(1, 5),
    nn.Sigmoid(),
    nn.Linear(5, 1),
    nn.Sigmoid(),
)
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)

for epoch in range(40):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"mse {criterion(model(X_test), y_test):.4f}")
