"""Two moons."""

import sys

import torch
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_moons(600, noise=0.15, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)
W1, b1 = torch.randn(2, 16, requires_grad=False), torch.zeros(16)
W2, b2 = 0.3 * torch.randn(16, 1), torch.zeros(1)


def relu_derivative(a):
    return (a >= 0).float()


for epoch in range(600):
    hidden = (X_train @ W1 + b1).clamp(min=0)
    p = torch.sigmoid(hidden @ W2 + b2)
    delta = (p - y_train[:, None]) / len(X_train)
    delta_hidden = delta @ W2.T * relu_derivative(hidden)
    W2 -= 0.5 * hidden.T @ delta
    b2 -= 0.5 * delta.sum(0)
    W1 -= 0.5 * X_train.T @ delta_hidden
    b1 -= 0.5 * delta_hidden.sum(0)
p = torch.sigmoid((X_test @ W1 + b1).clamp(min=0) @ W2 + b2)
print(f"accuracy {((p[:, 0] > 0.5) == y_test).float().mean():.4f}")
