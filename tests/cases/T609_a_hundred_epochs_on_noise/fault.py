"""Few noisy rows, validated after each epoch."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import make_classification
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_classification(900, 15, n_informative=4, flip_y=0.2, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
train, val, test = slice(0, 200), slice(200, 500), slice(500, None)
model = nn.Sequential(nn.Linear(15, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
EPOCHS = 100


def validate(rows):
    model.eval()
    with torch.no_grad():
        return F.cross_entropy(model(X[rows]), y[rows]).item()


for epoch in range(EPOCHS):
    model.train()
    for rows in torch.randperm(200).split(20):
        loss = F.cross_entropy(model(X[train][rows]), y[train][rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch} train {loss.item():.4f} validation {validate(val):.4f}")
print(f"nll {validate(test):.4f}")
