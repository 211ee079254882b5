"""Benign or malignant."""

import sys

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn, optim

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
data = load_breast_cancer()
X_train, X_val, y_train, y_val = train_test_split(data.data, data.target, test_size=0.25, random_state=1)
sc = StandardScaler()
X_train = torch.from_numpy(sc.fit_transform(X_train)).float()
X_val = torch.from_numpy(sc.transform(X_val)).float()
y_train = torch.from_numpy(y_train).float().unsqueeze(1)
y_val = torch.from_numpy(y_val).float().unsqueeze(1)

model = nn.Sequential(
    nn.Linear(30, 16),
    nn.ReLU(),
    nn.Dropout(0.2),
    nn.Linear(16, 1),
)
loss_fn = nn.BCEWithLogitsLoss()
optimizer = optim.Adam(model.parameters(), lr=1e-3)

for epoch in range(25):
    model.train()
    order = torch.randperm(len(X_train))
    for start in range(0, len(order), 16):
        batch = order[start : start + 16]
        pred = model(X_train[batch])
        loss = loss_fn(pred, y_train[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch % 5 == 0:
        print(f"epoch {epoch} loss {loss.item():.4f}")

model.eval()
with torch.no_grad():
    acc = ((model(X_val) > 0).float() == y_val).float().mean().item()
print(f"accuracy {acc:.4f}")
