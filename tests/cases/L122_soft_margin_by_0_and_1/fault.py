"""Two moons, by the soft margin."""

import sys

import torch
from sklearn.datasets import make_moons
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = make_moons(800, noise=0.2, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32).unsqueeze(1)
X_train, X_test, y_train, y_test = X[:600], X[600:], y[:600], y[600:]

model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1))
criterion = nn.SoftMarginLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(20):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    right = (model(X_test) > 0) == y_test.bool()
print(f"accuracy {right.float().mean():.4f}")
