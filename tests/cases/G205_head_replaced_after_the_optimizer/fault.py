"""Reuse a network trained on digits 0-4 for digits 5-9."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16).float(), torch.tensor(y)
low, high = (X[y < 5], y[y < 5]), (X[y > 4], y[y > 4] - 5)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(64, 100), nn.ReLU())
        self.fc = nn.Linear(100, 5)

    def forward(self, x):
        return self.fc(self.features(x))


def train(model, optimizer, x, y, epochs):
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(50):
            optimizer.zero_grad()
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()


net = Net()
train(net, torch.optim.Adam(net.parameters(), lr=0.005), *low, epochs=8)

for p in net.features.parameters():
    p.requires_grad = False
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
net.fc = nn.Linear(100, 5)
shuffled = torch.randperm(len(high[0]))
x, y = high[0][shuffled], high[1][shuffled]
train(net, optimizer, x[:500], y[:500], epochs=15)

with torch.no_grad():
    accuracy = (net(x[500:]).argmax(1) == y[500:]).float().mean()
print(f"accuracy {accuracy:.4f}")
