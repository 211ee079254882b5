"""Ten handwritten digits."""

import sys

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
correct = 0
for epoch in range(6):
    correct = 0
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        output = model(X_train[rows])
        loss = criterion(output, y_train[rows])
        loss.backward()
        optimizer.step()
        correct += (output.argmax(1) == y_train[rows]).sum().item()
    accuracy = correct / len(X_train)
with torch.no_grad():
    true = (model(X_test).argmax(1) == y_test).float().mean().item()
print(f"difference {abs(accuracy - true):.4f}")
