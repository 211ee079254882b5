"""One in thirty."""

import sys

import torch
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_classification(1500, 6, weights=[0.97], class_sep=0.5, flip_y=0, n_clusters_per_class=1, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)
model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 2))
criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 32.0]))
optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
for epoch in range(12):
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
with torch.no_grad():
    predicted = model(X_test).argmax(1)
shares = [(predicted[y_test == kind] == kind).float().mean() for kind in (0, 1)]
print(f"balanced_accuracy {sum(shares) / 2:.4f}")
