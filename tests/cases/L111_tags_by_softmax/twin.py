"""Several tags for every row."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

# 20 tags, each of which may apply: on the average three of them do
X = torch.randn(1200, 20)
W = torch.randn(20, 20)
Y = (X @ W / 20**0.5 > 1.0).float()
X_train, X_test, Y_train, Y_test = X[:900], X[900:], Y[:900], Y[900:]

model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 20))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)

for epoch in range(15):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), Y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    probabilities = torch.sigmoid(model(X_test))
predicted = probabilities > 0.5
hits = (predicted & Y_test.bool()).sum()
print(f"f1 {2 * hits / (predicted.sum() + Y_test.sum()):.4f}")
