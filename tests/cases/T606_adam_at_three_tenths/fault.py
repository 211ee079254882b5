"""Noisy discs or squares, a small convolutional network, Adam."""

import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("seed", type=int, nargs="?", default=0)
parser.add_argument("--lr", type=float, default=0.3)
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--batch", type=int, default=40)
args = parser.parse_args()
torch.manual_seed(args.seed)


def shapes(n, size=12):
    row, column = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    centre = torch.randint(4, 8, (n, 2, 1, 1))
    dy, dx = (row - centre[:, 0]).abs(), (column - centre[:, 1]).abs()
    square = torch.randint(2, (n,))
    inside = torch.where(square[:, None, None] == 1, torch.maximum(dy, dx) <= 2, dy + dx <= 3)
    return inside.float().unsqueeze(1) + 0.5 * torch.randn(n, 1, size, size), square


model = nn.Sequential(
    nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(),
    nn.Flatten(), nn.Linear(16 * 3 * 3, 32), nn.ReLU(), nn.Linear(32, 2),
)  # fmt: skip
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
loss_fn = nn.CrossEntropyLoss()
x, y = shapes(480)
for epoch in range(args.epochs):
    total = 0.0
    for rows in torch.randperm(len(x)).split(args.batch):
        loss = loss_fn(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    print(f"epoch {epoch + 1} mean loss {total / len(x):.4f}")

model.eval()
x, y = shapes(400)
with torch.no_grad():
    print(f"accuracy {(model(x).argmax(1) == y).float().mean():.4f}")
