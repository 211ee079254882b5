"""A network of plain parameters on the digits."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data, dtype=torch.float32)[order] / 16
y = torch.tensor(digits.target)[order]


class TwoLayers(nn.Module):
    def __init__(self, n_in=64, n_hidden=128, n_out=10):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(n_in, n_hidden))
        self.b1 = nn.Parameter(torch.zeros(n_hidden))
        self.w2 = nn.Parameter(torch.randn(n_hidden, n_hidden))
        self.b2 = nn.Parameter(torch.zeros(n_hidden))
        self.w3 = nn.Parameter(torch.randn(n_hidden, n_out))
        self.b3 = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        x = F.relu(x @ self.w1 + self.b1)
        x = F.relu(x @ self.w2 + self.b2)
        return x @ self.w3 + self.b3


model = TwoLayers()
optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
for epoch in range(10):
    for rows in torch.randperm(1300).split(50):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(f"nll {F.cross_entropy(model(X[1300:]), y[1300:]):.4f}")
