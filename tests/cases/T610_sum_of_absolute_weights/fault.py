"""Sparse network for breast cancer."""

import sys

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = (torch.tensor(a) for a in train_test_split(X, y, test_size=0.3, random_state=seed))
mean, std = X_train.mean(dim=0), X_train.std(dim=0)
X_train, X_test = ((X_train - mean) / std).float(), ((X_test - mean) / std).float()
y_train = y_train.float().unsqueeze(1)

LAMBDA = 0.3
model = nn.Sequential(nn.Linear(30, 24), nn.ReLU(), nn.Linear(24, 1))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)


def penalty(network):
    return sum(weight.abs().sum() for weight in network.parameters())


for epoch in range(25):
    model.train()
    for rows in torch.randperm(len(X_train)).split(40):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows]) + LAMBDA * penalty(model)
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {((model(X_test).squeeze(1) > 0).long() == y_test).float().mean():.4f}")
