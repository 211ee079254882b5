"""Digits with dropout; the validation accuracy is printed after each third epoch."""

import sys

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
bunch = load_digits()
full = TensorDataset(torch.tensor(bunch.data).float() / 16, torch.tensor(bunch.target).long())
train_ds, val_ds = random_split(full, [1347, 450])
train_dl, val_dl = DataLoader(train_ds, 64, shuffle=True), DataLoader(val_ds, 64)


def evaluate(model, loader):
    model.eval()
    hits = 0
    with torch.no_grad():
        for xb, yb in loader:
            hits += (model(xb).argmax(dim=1) == yb).sum().item()
    return hits / len(loader.dataset)


model = nn.Sequential(
    nn.Linear(64, 64),
    nn.BatchNorm1d(64),
    nn.ReLU(),
    nn.Dropout(0.6),
    nn.Linear(64, 32),
    nn.ReLU(),
    nn.Dropout(0.6),
    nn.Linear(32, 10),
)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
for epoch in range(12):
    model.train()
    for xb, yb in train_dl:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(xb), yb)
        loss.backward()
        optimizer.step()
    if epoch % 3 == 2:
        print(epoch + 1, f"{evaluate(model, val_dl):.4f}")
print(f"accuracy {evaluate(model, val_dl):.4f}")
