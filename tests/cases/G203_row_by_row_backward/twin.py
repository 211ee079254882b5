"""Sequences of unequal length, so each goes through the network by itself; one step per 20 sequences."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)


def sequence():
    label = int(torch.randint(0, 3, (1,)))
    length = int(torch.randint(5, 10, (1,)))
    drift = (label - 1) * 0.8
    return torch.randn(length, 4) + drift * torch.tensor([1.0, -1.0, 0.5, 0.0]), torch.tensor(label)


class Mean(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU())
        self.outer = nn.Linear(24, 3)

    def forward(self, steps):
        return self.outer(self.inner(steps).mean(dim=0))


train, test = [sequence() for _ in range(500)], [sequence() for _ in range(300)]
model, criterion = Mean(), nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
GROUP = 20
for epoch in range(3):
    order = torch.randperm(len(train)).tolist()
    for start in range(0, len(order), GROUP):
        optimizer.zero_grad()
        for i in order[start : start + GROUP]:
            steps, label = train[i]
            loss = criterion(model(steps), label) / GROUP
            loss.backward()
        optimizer.step()

with torch.no_grad():
    hits = sum(int(model(steps).argmax() == label) for steps, label in test)
print(f"accuracy {hits / len(test):.4f}")
