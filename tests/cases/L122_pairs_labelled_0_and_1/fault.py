"""Pairs of digits, alike or not."""

import sys

import torch
from sklearn.datasets import load_digits
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = X[:1200], X[1200:], y[:1200], y[1200:]

model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
criterion = nn.CosineEmbeddingLoss(margin=0.2)
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)

for step in range(400):
    left, right = torch.randint(0, 1200, (2, 128))
    alike = (y_train[left] == y_train[right]).float()
    optimizer.zero_grad()
    loss = criterion(model(X_train[left]), model(X_train[right]), alike)
    loss.backward()
    optimizer.step()

model.eval()
with torch.no_grad():
    known, new = (nn.functional.normalize(model(part), dim=1) for part in (X_train, X_test))
    nearest = (new @ known.T).argmax(1)
print(f"accuracy {(y_train[nearest] == y_test).float().mean():.4f}")
