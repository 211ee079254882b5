"""Yacht-like drag in standard units from six measures of the hull."""

import sys

import numpy as np
import torch
from sklearn.preprocessing import StandardScaler
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
rng = np.random.default_rng(seed)
hull = rng.uniform(0, 1, size=(700, 6))
drag = 3 * hull[:, 0] ** 2 + hull[:, 1] * hull[:, 2] - 2 * hull[:, 3] + np.sin(4 * hull[:, 4]) + rng.normal(0, 0.1, 700)

x_scaler, y_scaler = StandardScaler(), StandardScaler()
x_train = torch.tensor(x_scaler.fit_transform(hull[:500])).float()
y_train = torch.tensor(y_scaler.fit_transform(drag[:500, None])).float()
x_test = torch.tensor(x_scaler.transform(hull[500:])).float()
y_test = torch.tensor(y_scaler.transform(drag[500:, None])).float()


def block(n_in, n_out):
    return nn.Sequential(nn.Linear(n_in, n_out), nn.Softplus())


network = nn.Sequential(
    block(6, 32),
    block(32, 32),
    nn.Linear(32, 1),
)
optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
loss_function = nn.MSELoss()

for epoch in range(25):
    permutation = torch.randperm(500)
    for start in range(0, 500, 25):
        index = permutation[start : start + 25]
        loss = loss_function(network(x_train[index]), y_train[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

network.eval()
with torch.no_grad():
    rmse = loss_function(network(x_test), y_test).sqrt().item()
print("rmse", round(rmse, 4))
