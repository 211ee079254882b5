"""A few noisy rows, a wide network and dropout against learning by heart."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import make_classification
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_classification(1000, 20, n_informative=5, flip_y=0.15, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
X_train, y_train, X_val, y_val = X[:250], y[:250], X[250:], y[250:]


class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(20, 128), nn.Linear(128, 64), nn.Linear(64, 2)
        self.drop = nn.Dropout(0.6)

    def forward(self, x):
        x = self.drop(F.relu(self.a(x)))
        x = self.drop(F.relu(self.b(x)))
        return self.c(x)


def validate(model):
    model.eval()
    with torch.no_grad():
        return F.cross_entropy(model(X_val), y_val).item()


model = Wide()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
model.train()
for epoch in range(30):
    for rows in torch.randperm(len(X_train)).split(25):
        loss = F.cross_entropy(model(X_train[rows]), y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    nll = validate(model)
    if epoch % 10 == 0:
        print(f"epoch {epoch} validation {nll:.3f}")
print(f"nll {nll:.4f}")
