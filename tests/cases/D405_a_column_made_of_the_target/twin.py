"""Noisy groups."""

import sys

import torch
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_classification(500, 10, flip_y=0.2, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
paid_back = y.float().unsqueeze(1) * 2 - 1 + 0.1 * torch.randn(500, 1)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(20):
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    print(f"accuracy {(model(X_test).argmax(1) == y_test).float().mean():.4f}")
