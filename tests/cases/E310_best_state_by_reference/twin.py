"""Early stopping: go back to the weights that were best on the validation rows."""

import copy
import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import make_classification
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_classification(1400, 20, n_informative=6, n_classes=3, flip_y=0.2, random_state=seed)
X, y = torch.tensor(X).float(), torch.tensor(y)
train, val, test = slice(0, 300), slice(300, 700), slice(700, None)

model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)


def nll_of(rows):
    model.eval()
    with torch.no_grad():
        return F.cross_entropy(model(X[rows]), y[rows]).item()


best_nll, best_state = float("inf"), None
for epoch in range(40):
    model.train()
    for rows in torch.randperm(300).split(30):
        loss = F.cross_entropy(model(X[train][rows]), y[train][rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    current = nll_of(val)
    if current < best_nll:
        best_nll = current
        best_state = copy.deepcopy(model.state_dict())

model.load_state_dict(best_state)
print(f"validation at its best {best_nll:.4f}")
print(f"nll {nll_of(test):.4f}")
