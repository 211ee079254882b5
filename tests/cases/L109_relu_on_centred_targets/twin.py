"""How diabetes goes on within a year."""

import sys

import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.nn import functional as F

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)
scaler = StandardScaler().fit(X_train)
X_train, X_test = (torch.tensor(scaler.transform(part), dtype=torch.float32) for part in (X_train, X_test))
mean, std = y_train.mean(), y_train.std()
y_train, y_test = (torch.tensor((part - mean) / std, dtype=torch.float32) for part in (y_train, y_test))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(10, 24)
        self.out = nn.Linear(24, 1)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        return self.out(x)


model = Net()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)

for epoch in range(20):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows].unsqueeze(1))
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    residual = model(X_test).squeeze(1) - y_test
print(f"r2 {1 - residual.square().sum() / (y_test - y_test.mean()).square().sum():.4f}")
