"""Rare defects on a production line: start the head at the known rate of defects."""

import math
import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
PRIOR = 0.02


def parts(n):
    x = torch.randn(n, 10)
    logit = 2.0 * x[:, 0] + 1.5 * x[:, 1] * x[:, 2] - 6.0
    return x, torch.bernoulli(torch.sigmoid(logit))


class DefectNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 32), nn.ReLU())
        self.head = nn.Linear(32, 1)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.constant_(self.head.bias, -math.log((1 - PRIOR) / PRIOR))

    def forward(self, x):
        return self.head(self.body(x)).squeeze(1)


x, y = parts(4000)
x_val, y_val = parts(4000)
model, criterion = DefectNet(), nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(2):
    for rows in torch.randperm(4000).split(100):
        optimizer.zero_grad()
        criterion(model(x[rows]), y[rows]).backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    print(f"logloss {criterion(model(x_val), y_val).item():.4f}")
