"""A spiral with three arms."""

import sys

import numpy as np
import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
rng = np.random.default_rng(seed)


def spiral(per_arm):
    r = np.tile(np.linspace(0.05, 1, per_arm), 3)
    arm = np.repeat(np.arange(3), per_arm)
    angle = arm * 2 * np.pi / 3 + 4 * r + rng.normal(0, 0.15, 3 * per_arm)
    points = np.stack([r * np.sin(angle), r * np.cos(angle)], axis=1)
    return torch.tensor(points, dtype=torch.float32), torch.tensor(arm)


class MLP(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 3)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


X, y = spiral(200)
X_test, y_test = spiral(100)
model = MLP(32)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
for epoch in range(40):
    optimizer.zero_grad()
    for rows in torch.randperm(len(X)).split(30):
        loss = loss_fn(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()

with torch.no_grad():
    print(f"accuracy {(model(X_test).argmax(-1) == y_test).float().mean():.4f}")
