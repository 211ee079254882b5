"""Three amounts and a sum of them."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X = torch.rand(500, 3) * 1e4
y = 2 * X[:, :1] + X[:, 1:2] + 0.5 * X[:, 2:] + 2.2
X, y = (X - X[:400].mean(0)) / X[:400].std(0), (y - y[:400].mean()) / y[:400].std()
X_train, X_test, y_train, y_test = X[:400], X[400:], y[:400], y[400:]

model = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Dropout(0.1), nn.Linear(16, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(20):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"mse {criterion(model(X_test), y_test):.4f}")
