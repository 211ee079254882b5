"""A GRU that adds up the marked numbers of a sequence."""

import sys

import torch
import torch.nn as nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)


def adding(n, steps=8):
    numbers = torch.rand(n, steps) - 0.5
    marks = torch.zeros(n, steps).scatter_(1, torch.rand(n, steps).topk(2, dim=1).indices, 1.0)
    return torch.stack([numbers, marks], dim=-1), (numbers * marks).sum(dim=1, keepdim=True)


class Adder(nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.gru = nn.GRU(2, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        states, _ = self.gru(x)
        return self.out(states[:, -1])


x, y = adding(1500)
x_test, y_test = adding(500)
model = Adder()
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
for epoch in range(16):
    for rows in torch.randperm(len(x)).split(50):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.001)
        optimizer.step()

with torch.no_grad():
    print(f"mse {criterion(model(x_test), y_test).item():.5f}")
