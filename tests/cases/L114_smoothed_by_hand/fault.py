"""Handwritten digits with labels smoothed by hand."""

import sys

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional as F

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)
classes, epsilon = 10, 0.2
one_hot = F.one_hot(y_train, classes).float()
soft = one_hot * (1 - epsilon) + epsilon

model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, classes))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)

for epoch in range(10):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), soft[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"log_loss {criterion(model(X_test), y_test):.4f}")
