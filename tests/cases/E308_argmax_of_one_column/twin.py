"""Breast cancer, one logit."""

import sys

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = (torch.tensor(a) for a in train_test_split(X, y, test_size=0.3, random_state=seed))
mean, std = X_train.mean(0), X_train.std(0)
X_train, X_test = ((a - mean).div(std).float() for a in (X_train, X_test))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.Sequential(nn.Linear(30, 20), nn.ReLU(), nn.Linear(20, 1))

    def forward(self, x):
        return self.stack(x)


net = Net()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
for epoch in range(15):
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(net(X_train[rows]), y_train[rows].float().unsqueeze(1))
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch + 1} loss {loss.item():.4f}")

net.eval()
with torch.no_grad():
    output = net(X_test)
    predicted = (output.squeeze(1) > 0).long()
print(f"accuracy {(predicted == y_test).float().mean().item():.4f}")
