"""Two moons."""

import sys

import torch
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_moons(600, noise=0.15, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(30):
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]).squeeze(1), y_train[rows].float())
        loss.backward()
        optimizer.step()
with torch.no_grad():
    predicted = (model(X_test).squeeze(1) > 0).long()
    print(f"accuracy {(predicted == y_test).float().mean():.4f}")
