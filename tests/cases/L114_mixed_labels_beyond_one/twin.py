"""Handwritten digits, trained on mixed pairs of images (mixup)."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=seed)
onehot = F.one_hot(y_train, 10).float()


def mixup(x, t):
    partner = torch.randperm(len(x))
    lam = 0.5 + 0.5 * torch.rand(len(x), 1)
    mixed = lam * x + (1 - lam) * x[partner]
    return mixed, lam * t + (1 - lam) * t[partner]


model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
for epoch in range(15):
    for rows in torch.randperm(len(X_train)).split(64):
        inputs, targets = mixup(X_train[rows], onehot[rows])
        loss = F.cross_entropy(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"nll {F.cross_entropy(model(X_test), y_test):.4f}")
