"""Temperature of a machine from six readings."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
X = torch.randn(800, 6)
y = 8.0 + X[:, 0] - 0.7 * X[:, 1] + 0.8 * X[:, 2] * X[:, 3] + 0.3 * torch.randn(800)
X_train, X_test, y_train, y_test = X[:500], X[500:], y[:500], y[500:]


class Thermometer(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(6, 64)
        self.norm = nn.LayerNorm(64)
        self.out = nn.Linear(64, 1)

    def forward(self, x):
        return self.out(torch.relu(self.norm(self.hidden(x)))).squeeze(-1)


model = Thermometer()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=0.05)
for epoch in range(60):
    for rows in torch.randperm(500).split(50):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"rmse {(model(X_test) - y_test).square().mean().sqrt():.4f}")
