"""Digits, with a meter for the validation accuracy."""

import sys

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)


class AverageMeter:
    def __init__(self):
        self.reset()

    def reset(self):
        self.sum, self.count = 0.0, 0

    def update(self, value, n):
        self.sum += value * n
        self.count += n

    @property
    def avg(self):
        return self.sum / self.count


X, y = (torch.tensor(a) for a in load_digits(return_X_y=True))
X = X.float() / 16
order = torch.randperm(len(X))
train, val = order[:1400], order[1400:]
model = nn.Sequential(nn.Linear(64, 40), nn.Tanh(), nn.Linear(40, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
accuracy = AverageMeter()
for epoch in range(10):
    model.train()
    for rows in train[torch.randperm(len(train))].split(70):
        optimizer.zero_grad()
        criterion(model(X[rows]), y[rows]).backward()
        optimizer.step()
    model.eval()
    accuracy.reset()
    with torch.no_grad():
        for rows in val.split(100):
            hits = (model(X[rows]).argmax(1) == y[rows]).float()
            accuracy.update(hits.mean().item(), len(rows))
    print(f"epoch {epoch} validation {accuracy.avg:.4f}")
print(f"accuracy {accuracy.avg:.4f}")
