"""Digits by a network of matrices."""

import sys

import torch
from sklearn.datasets import load_digits

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
X, y = load_digits(return_X_y=True)
order = torch.randperm(len(y))
X, y = torch.tensor(X / 16, dtype=torch.float32)[order], torch.tensor(y)[order]


def matrix(rows, columns):
    """Uniform numbers, small for many rows."""
    return ((torch.rand(rows, columns) - 0.5) * 2 / rows**0.5).requires_grad_()


W1, b1 = matrix(64, 40), torch.zeros(40, requires_grad=True)
W2, b2 = matrix(40, 10), torch.zeros(10, requires_grad=True)


def forward(x):
    hidden = (x @ W1 + b1).clamp(min=0)
    return hidden @ W2 + b2


optimizer = torch.optim.SGD([W1, b1, W2, b2], lr=0.2, momentum=0.9)
for epoch in range(12):
    for rows in torch.randperm(1300).split(65):
        loss = torch.nn.functional.cross_entropy(forward(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(f"accuracy {(forward(X[1300:]).argmax(1) == y[1300:]).float().mean():.4f}")
