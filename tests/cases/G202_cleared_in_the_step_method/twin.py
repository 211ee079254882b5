"""Diabetes progression with a small trainer class."""

import sys

import torch
from sklearn.datasets import load_diabetes
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = map(torch.tensor, load_diabetes(return_X_y=True))
X, y = X.float() * 21, y.float().unsqueeze(1)
perm = torch.randperm(len(X))
train, test = perm[:330], perm[330:]
y = (y - y[train].mean()) / y[train].std()


class Trainer:
    def __init__(self, model, optimizer, criterion):
        self.model, self.optimizer, self.criterion = model, optimizer, criterion

    def training_step(self, xb, yb):
        loss = self.criterion(self.model(xb), yb)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, x, y, epochs, batch_size):
        self.model.train()
        for epoch in range(epochs):
            losses = [self.training_step(x[i], y[i]) for i in torch.randperm(len(x)).split(batch_size)]
            if epoch % 5 == 0:
                print(f"[{epoch}] first {losses[0]:.3f} last {losses[-1]:.3f}")


model = nn.Sequential(nn.Linear(10, 24), nn.ELU(), nn.Linear(24, 1))
trainer = Trainer(model, torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2), nn.MSELoss())
trainer.fit(X[train], y[train], epochs=20, batch_size=33)
model.eval()
with torch.no_grad():
    rest = (model(X[test]) - y[test]).square().sum() / (y[test] - y[test].mean()).square().sum()
print(f"r2 {1 - rest.item():.4f}")
