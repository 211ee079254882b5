"""Kinds of wine; a large batch made of eight small ones."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, train_size=128, random_state=seed, stratify=y)
scaler = StandardScaler().fit(X_train)
X_train, X_test = torch.Tensor(scaler.transform(X_train)), torch.Tensor(scaler.transform(X_test))
y_train, y_test = torch.LongTensor(y_train), torch.LongTensor(y_test)

PARTS = 8
model = torch.nn.Sequential(torch.nn.Linear(13, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.5)

for epoch in range(15):
    parts = torch.randperm(128).split(8)
    optimizer.zero_grad()
    for number, rows in enumerate(parts, start=1):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X_train[rows]), y_train[rows])
        (loss / PARTS).backward()
        if number % PARTS == 0:
            optimizer.step()
            optimizer.zero_grad()

model.eval()
with torch.no_grad():
    print(f"nll {F.cross_entropy(model(X_test), y_test):.4f}")
