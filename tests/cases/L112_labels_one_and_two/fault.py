"""Two kinds of wine, numbered 1 and 2."""

import sys

import torch
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = load_wine(return_X_y=True)
X, y = X[y < 2], y[y < 2] + 1.0
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=seed, stratify=y)
scaler = StandardScaler().fit(X_train)
X_train, X_test = (torch.tensor(scaler.transform(part), dtype=torch.float32) for part in (X_train, X_test))
y_train, y_test = (torch.tensor(part, dtype=torch.float32).view(-1, 1) for part in (y_train, y_test))

model = nn.Sequential(nn.Linear(13, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(30):
    model.train()
    for rows in torch.randperm(len(X_train)).split(16):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    predicted = (torch.sigmoid(model(X_test)) > 0.5).float() + 1
print(f"accuracy {(predicted == y_test).float().mean():.4f}")
