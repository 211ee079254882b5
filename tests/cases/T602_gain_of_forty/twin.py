"""Circles by a network of tanh."""

import sys

import torch
from sklearn.datasets import make_circles
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_circles(1000, noise=0.1, factor=0.6, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
X_train, y_train, X_test, y_test = X[:700], y[:700], X[700:], y[700:]


class TanhNet(nn.Module):
    def __init__(self, sizes=(2, 24, 24, 24, 1)):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:]))
        for layer in self.layers[:-1]:
            nn.init.xavier_uniform_(layer.weight, gain=nn.init.calculate_gain("tanh"))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.tanh(layer(x))
        return self.layers[-1](x).squeeze(-1)


model = TanhNet()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
for epoch in range(25):
    model.train()
    for rows in torch.randperm(len(X_train)).split(35):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

with torch.no_grad():
    print(f"accuracy {((model(X_test) > 0) == (y_test > 0.5)).float().mean():.4f}")
