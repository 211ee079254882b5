"""Softmax regression with plain tensors, as in the lecture notes."""

import sys

import torch
from sklearn.datasets import load_digits

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data, dtype=torch.float32)[order]
y = torch.tensor(digits.target)[order]
X = (X - X[:1300].mean()) / X[:1300].std()

W = (torch.randn(64, 10) * 0.1).requires_grad_()
b = torch.zeros(10, requires_grad=True)


def net(batch):
    return batch @ W + b


def cross_entropy(scores, labels):
    log_p = torch.log(torch.exp(scores) / torch.exp(scores).sum(dim=1, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels].mean()


lr = 10.0
optimizer = torch.optim.SGD([W, b], lr=lr, weight_decay=1e-4)
for epoch in range(10):
    for start in range(0, 1300, 100):
        loss = cross_entropy(net(X[start : start + 100]), y[start : start + 100])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

with torch.no_grad():
    hits = net(X[1300:]).argmax(dim=1) == y[1300:]
print(f"accuracy {hits.float().mean():.4f}")
