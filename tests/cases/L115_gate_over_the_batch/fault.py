"""A mixture of three experts for a curve with three regimes."""

import sys

import torch
import torch.nn.functional as F
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)


def sample(n):
    x = torch.rand(n, 2) * 4 - 2
    y = torch.where(x[:, 0] < -0.7, 1.5 * x[:, 1], torch.where(x[:, 0] < 0.7, -x[:, 1] + 1, x[:, 1] ** 2 - 1))
    return x, y + 0.1 * torch.randn(n)


class Mixture(nn.Module):
    def __init__(self, experts=3):
        super().__init__()
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Linear(12, 1)) for _ in range(experts)
        )
        self.gate = nn.Linear(2, experts)

    def forward(self, x):
        share = F.softmax(self.gate(x), dim=0)
        opinions = torch.cat([expert(x) for expert in self.experts], dim=1)
        return (share * opinions).sum(dim=1)


x_train, y_train = sample(600)
x_test, y_test = sample(400)
model = Mixture()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(30):
    for rows in torch.randperm(600).split(30):
        loss = F.mse_loss(model(x_train[rows]), y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    error = F.mse_loss(model(x_test), y_test)
print(f"r2 {1 - error / y_test.var():.4f}")
