"""Breast cancer, as −1 and +1."""

import sys

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=seed, stratify=y)
scaler = StandardScaler().fit(X_train)
X_train, X_test = (torch.tensor(scaler.transform(part), dtype=torch.float32) for part in (X_train, X_test))
y_train, y_test = (torch.tensor(part, dtype=torch.float32) for part in (y_train, y_test))
y_train, y_test = 2 * y_train - 1, 2 * y_test - 1

model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(20):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        logits = model(X_train[rows]).squeeze(1)
        loss = criterion(logits, (y_train[rows] + 1) / 2)
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    wrong = (torch.sigmoid(model(X_test).squeeze(1)) - (y_test + 1) / 2).square().mean()
print(f"brier {wrong:.4f}")
