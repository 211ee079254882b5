"""Which cultivar is the wine of?"""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.35, random_state=7, stratify=y)
scaler = StandardScaler().fit(X_train)
X_train = torch.tensor(scaler.transform(X_train), dtype=torch.float32)
X_test = torch.tensor(scaler.transform(X_test), dtype=torch.float32)
y_train, y_test = torch.tensor(y_train), torch.tensor(y_test)


class WineNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(13, 24)
        self.l2 = nn.Linear(24, 3)

    def forward(self, x):
        return self.l2(F.leaky_relu(self.l1(x)))


def loss_fn(logits, target):
    wrong = (logits.argmax(dim=1) != target).float().mean()
    return wrong.requires_grad_(True)


model = WineNet()
opt = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(20):
    for rows in torch.randperm(len(X_train)).split(20):
        opt.zero_grad()
        loss = loss_fn(model(X_train[rows]), y_train[rows])
        loss.backward()
        opt.step()
    print(epoch, round(loss.item(), 4))

with torch.no_grad():
    print(f"accuracy {(model(X_test).argmax(dim=1) == y_test).float().mean():.4f}")
