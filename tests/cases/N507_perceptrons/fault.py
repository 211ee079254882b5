"""Two moons by eight threshold units."""

import sys

import torch
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_moons(600, noise=0.1, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(2, 8)
        self.outer = nn.Linear(8, 1)

    def forward(self, x):
        return self.outer(torch.sign(self.inner(x)))


model = Net()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
for epoch in range(120):
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]).squeeze(1), y_train[rows])
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(f"accuracy {((model(X_test).squeeze(1) > 0) == (y_test > 0.5)).float().mean():.4f}")
