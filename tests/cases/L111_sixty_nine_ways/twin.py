"""Sixty-nine kinds."""

import sys

import torch
from sklearn.datasets import make_blobs
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = make_blobs(2760, n_features=12, centers=69, cluster_std=3.0, random_state=seed)
X, y = torch.tensor(X / 6, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = X[:2000], X[2000:], y[:2000], y[2000:]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(12, 64)
        self.second = nn.Linear(64, 69)

    def forward(self, x):
        x = torch.relu(self.first(x))
        return self.second(x)


model = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

for epoch in range(3):
    model.train()
    for rows in torch.randperm(len(X_train)).split(64):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    accuracy = (model(X_test).argmax(1) == y_test).float().mean()
print(f"accuracy {accuracy:.4f}")
