"""Friedman's function of ten columns."""

import sys

import torch
from sklearn.datasets import make_friedman1
from sklearn.preprocessing import StandardScaler
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_friedman1(1200, n_features=10, noise=0.5, random_state=seed)
X = StandardScaler().fit(X[:900]).transform(X)
y = (y - y[:900].mean()) / y[:900].std()
X = torch.FloatTensor(X)
y = torch.FloatTensor(y)


class MLP(nn.Module):
    def __init__(self, n_in, n_hidden):
        super().__init__()
        self.hidden1 = nn.Linear(n_in, n_hidden)
        self.hidden2 = nn.Linear(n_hidden, n_hidden)
        self.output = nn.Linear(n_hidden, 1)

    def forward(self, x):
        x = x.float()
        x = torch.relu(self.hidden1(x))
        x = torch.relu(self.hidden2(x))
        return self.output(x)[:, 0]


model = MLP(10, 32)
optimizer = torch.optim.Adam(model.parameters(), lr=0.004, amsgrad=True)
for epoch in range(25):
    for rows in torch.randperm(900).split(45):
        loss = torch.mean((model(X[rows]) - y[rows]) ** 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

with torch.no_grad():
    rest = ((model(X[900:]) - y[900:]) ** 2).sum() / ((y[900:] - y[900:].mean()) ** 2).sum()
print(f"r2 {1 - rest.item():.4f}")
