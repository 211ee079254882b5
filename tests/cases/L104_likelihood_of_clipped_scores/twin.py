"""Will a customer leave? Likelihood written out, as in the lecture."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

n = 1200
months = torch.randn(n)
calls = torch.randn(n)
plan = torch.randint(0, 3, (n,))
score = 1.5 * calls - months + torch.tensor([-1.0, 0.0, 1.5])[plan] + months * calls
left = torch.bernoulli(torch.sigmoid(2 * score))
x = torch.cat([months[:, None], calls[:, None], nn.functional.one_hot(plan, 3).float()], dim=1)
x_train, y_train, x_test, y_test = x[:900], left[:900], x[900:], left[900:]


def bce(p, y, eps=1e-6):
    p = p.clamp(eps, 1 - eps)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


class Churn(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(5, 20)
        self.out = nn.Linear(20, 1)

    def forward(self, x):
        h = torch.tanh(self.hidden(x))
        return torch.sigmoid(self.out(h).squeeze(-1))


model = Churn()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(20):
    for rows in torch.randperm(900).split(30):
        loss = bce(model(x_train[rows]), y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"logloss {bce(model(x_test), y_test).item():.4f}")
