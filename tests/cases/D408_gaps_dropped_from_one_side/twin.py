"""Progress of diabetes; some rows have a missing measure and are dropped."""

import sys

import numpy as np
import torch
from sklearn.datasets import load_diabetes
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
rng = np.random.default_rng(seed)
X, y = load_diabetes(return_X_y=True)
order = rng.permutation(len(X))
X, y = X[order] * 20, y[order]
X[rng.random(X.shape) < 0.01] = np.nan
X_train, y_train, X_test, y_test = X[:330], y[:330], X[330:], y[330:]


def without_gaps(X, y):
    complete = ~np.isnan(X).any(axis=1)
    X = X[complete]
    y = y[complete]
    return torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32).unsqueeze(1)


x_train, t_train = without_gaps(X_train, y_train)
keep = ~np.isnan(X_test).any(axis=1)
x_test, t_test = torch.tensor(X_test[keep]).float(), torch.tensor(y_test[keep]).float().unsqueeze(1)
mean, std = t_train.mean(), t_train.std()

model = nn.Sequential(nn.Linear(10, 8), nn.ELU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.005, weight_decay=1e-3)
mse = nn.MSELoss()
for epoch in range(30):
    for rows in torch.randperm(len(x_train)).split(32):
        optimizer.zero_grad()
        loss = mse(model(x_train[rows]), (t_train[rows] - mean) / std)
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    residual = model(x_test) * std + mean - t_test
print(f"r2 {1 - residual.square().mean() / t_test.var(unbiased=False):.4f}")
