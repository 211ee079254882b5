"""A hundred of a kind among four hundred."""

import sys

import torch
from sklearn.datasets import make_classification
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = make_classification(1200, 6, n_informative=4, weights=[0.75], class_sep=0.6, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
X_train, X_test, y_train, y_test = X[:800], X[800:], y[:800], y[800:]
positive, negative = (y_train == 1).sum(), (y_train == 0).sum()

model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
criterion = nn.BCEWithLogitsLoss(pos_weight=negative / positive)
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)

for epoch in range(15):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]).squeeze(1), y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    predicted = model(X_test).squeeze(1) > 0
recall, precise = predicted[y_test == 1].float().mean(), (~predicted[y_test == 0]).float().mean()
print(f"balanced_accuracy {(recall + precise) / 2:.4f}")
