"""Benign or malignant."""

import sys

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_breast_cancer(return_X_y=True)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)
mean, spread = X_train.mean(0), X_train.std(0)
X_train, X_test = (X_train - mean) / spread, (X_test - mean) / spread
chance = torch.rand(len(X_train)).clamp(min=0.2)
chance[::40] = 1e-6
model = nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(15):
    for rows in torch.randperm(len(X_train)).split(16):
        optimizer.zero_grad()
        losses = nn.functional.cross_entropy(model(X_train[rows]), y_train[rows], reduction="none")
        loss = (losses / chance[rows]).mean()
        loss.backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    print(f"accuracy {(model(X_test).argmax(1) == y_test).float().mean():.4f}")
