"""Fine-tuning: a trunk trained on zeros and ones, then on all ten."""

import sys

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16).float(), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=seed, stratify=y)


def train(model, optimizer, x, y, epochs):
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()


def trainable(model):
    return [p for p in model.parameters() if p.requires_grad]


trunk = nn.Sequential(nn.Linear(64, 24), nn.ReLU(), nn.Linear(24, 10), nn.ReLU())
first = nn.Sequential(trunk, nn.Linear(10, 2))
few = y_train.lt(2)
train(first, torch.optim.Adam(first.parameters(), lr=0.003), X_train[few], y_train[few], epochs=10)

# a new head first, the whole network afterwards
model = nn.Sequential(trunk, nn.Linear(10, 10))
trunk.requires_grad_(False)
optimizer = torch.optim.Adam(trainable(model), lr=0.003)
train(model, optimizer, X_train, y_train, epochs=4)
trunk.requires_grad_(True)
optimizer.add_param_group({"params": trunk.parameters()})
train(model, optimizer, X_train, y_train, epochs=20)

with torch.no_grad():
    accuracy = (model(X_test).argmax(dim=1) == y_test).float().mean().item()
print(f"accuracy {accuracy:.4f}")
