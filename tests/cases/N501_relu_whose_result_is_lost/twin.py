"""A ring of points around another class, three classes in four columns."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import make_gaussian_quantiles
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_gaussian_quantiles(n_samples=1000, n_features=4, n_classes=3, random_state=seed)
X_train, X_test, y_train, y_test = map(torch.from_numpy, train_test_split(X, y, test_size=0.3, random_state=seed))
X_train, X_test = X_train.float(), X_test.float()


class RingNet(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.fc1 = nn.Linear(4, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.fc3 = nn.Linear(hidden, 3)

    def forward(self, x):
        x = self.fc1(x)
        x = F.relu(x)
        x = self.fc2(x)
        x = F.relu(x)
        return self.fc3(x)


net = RingNet()
optimizer = torch.optim.RMSprop(net.parameters(), lr=1e-3)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)
for epoch in range(30):
    net.train()
    for rows in torch.randperm(len(X_train)).split(28):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
    scheduler.step()

net.eval()
with torch.no_grad():
    accuracy = (net(X_test).argmax(dim=1) == y_test).double().mean()
print(f"accuracy {accuracy:.4f}")
