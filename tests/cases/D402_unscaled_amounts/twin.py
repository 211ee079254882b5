"""How diabetes goes on."""

import sys

import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_diabetes(return_X_y=True, scaled=False)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32).unsqueeze(1)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)
mean, spread = X_train.mean(0), X_train.std(0)
X_train, X_test = (X_train - mean) / spread, (X_test - mean) / spread
y_train, y_test = 100 * y_train, 100 * y_test
center, size = y_train.mean(), y_train.std()
y_train, y_test = (y_train - center) / size, (y_test - center) / size
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(20):
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
with torch.no_grad():
    error = (model(X_test) - y_test).pow(2).mean() / y_test.var()
print(f"error {error:.4f}")
