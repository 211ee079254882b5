"""Two moons with a hand-made activation."""

import sys

import torch
from sklearn.datasets import make_moons
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)


class LeakyFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, slope):
        ctx.save_for_backward(x)
        ctx.slope = slope
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.where(x > 0, ctx.slope * grad, grad), None


class Leaky(nn.Module):
    def forward(self, x):
        return LeakyFunction.apply(x, 0.01)


X, y = make_moons(900, noise=0.15, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
model = nn.Sequential(nn.Linear(2, 20), Leaky(), nn.Linear(20, 20), Leaky(), nn.Linear(20, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(25):
    for rows in torch.randperm(600).split(30):
        loss = criterion(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

with torch.no_grad():
    print(f"accuracy {(model(X[600:]).argmax(1) == y[600:]).float().mean():.4f}")
