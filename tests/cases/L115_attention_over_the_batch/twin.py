"""Attend over tokens: does the marked token carry a high or a low value?"""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)


def sentences(n, length=12):
    value = torch.randn(n, length)
    mark = torch.zeros(n, length)
    where = torch.randint(0, length, (n,))
    mark[torch.arange(n), where] = 1.0
    target = (value[torch.arange(n), where] > 0).long()
    return torch.stack([value, mark, torch.randn(n, length)], dim=2), target


class AttentionPool(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(3, width), nn.Tanh())
        self.score = nn.Linear(width, 1)
        self.classify = nn.Linear(width, 2)

    def forward(self, x):
        h = self.embed(x)
        weights = torch.softmax(self.score(h), dim=1)
        return self.classify((weights * h).sum(dim=1))


x, y = sentences(1500)
x_test, y_test = sentences(600)
model = AttentionPool()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()
for epoch in range(20):
    for rows in torch.randperm(len(x)).split(64):
        loss = criterion(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {(model(x_test).argmax(1) == y_test).float().mean():.4f}")
