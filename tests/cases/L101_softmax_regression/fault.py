"""Softmax regression on the digits, as the lecture has it."""

import sys

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)

model = nn.Linear(64, 10)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        scores = model(X_train[rows])
        probabilities = torch.softmax(scores, dim=1)
        loss = criterion(probabilities, y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    probabilities = torch.softmax(model(X_test), dim=1)
    log_loss = -probabilities[torch.arange(len(y_test)), y_test].log().mean()
print(f"log_loss {log_loss:.4f}")
