"""Two moons."""

import sys

import torch
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_moons(600, noise=0.1, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        x = torch.tanh(self.hidden(x))
        return self.out(x)


model = Network()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
for epoch in range(60):
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    print(f"accuracy {(model(X_test).argmax(1) == y_test).float().mean():.4f}")
