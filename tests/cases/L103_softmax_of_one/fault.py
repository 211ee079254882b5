"""Five measurements, two kinds."""

import sys

import torch
from sklearn.datasets import make_classification
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = make_classification(600, 5, n_informative=4, n_redundant=1, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32).view(-1, 1)
X_train, X_test, y_train, y_test = X[:450], X[450:], y[:450], y[450:]

model = nn.Sequential(
    nn.Linear(5, 60),
    nn.ReLU(),
    nn.Linear(60, 50),
    nn.ReLU(),
    nn.Linear(50, 1),
    nn.Softmax(dim=1),
)
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

for epoch in range(20):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {((model(X_test) > 0.5) == y_test).float().mean():.4f}")
