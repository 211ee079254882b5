"""Handwritten digits with the votes of those who looked at them."""

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

# Everybody who looked at a digit gave a vote; some were shown to forty people, most to two
chances = 0.75 * nn.functional.one_hot(y_train, 10) + 0.025
seen_by = torch.where(torch.rand(len(y_train)) < 0.1, 40, 2)
votes = torch.stack(
    [torch.bincount(torch.multinomial(p, int(n), True), minlength=10) for p, n in zip(chances, seen_by)]
)
target = votes.float()

model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)

for epoch in range(15):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), target[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    accuracy = (model(X_test).argmax(1) == y_test).float().mean()
print(f"accuracy {accuracy:.4f}")
