"""Four blobs."""

import sys

import torch
from sklearn.datasets import make_blobs
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = make_blobs(1000, centers=4, cluster_std=1.5, random_state=42)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
order = torch.randperm(1000)
X_train, X_test, y_train, y_test = X[order[:800]], X[order[800:]], y[order[:800]], y[order[800:]]

model = nn.Linear(2, 4)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(100):
    optimizer.zero_grad()
    loss = criterion(model(X_train), y_train)
    loss.backward()
    optimizer.step()

with torch.no_grad():
    probabilities = nn.Softmax(dim=0)(model(X_test))
    accuracy = (probabilities.argmax(1) == y_test).float().mean()
print(f"accuracy {accuracy:.4f}")
