"""Colours."""

import sys

import torch
import numpy as np
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
random = np.random.default_rng(seed)
names = np.array(list("abcdefghijkl"))
table = {"colour": random.choice(names, 600), "size": random.normal(size=600)}
values = dict(zip(names, random.normal(size=12)))
y = np.array([values[name] for name in table["colour"]]) + 0.3 * table["size"] + 0.1 * random.normal(size=600)
is_colour = (table["colour"][:, None] == names).astype(float)
X = torch.tensor(np.column_stack([is_colour, table["size"]]), dtype=torch.float32)
y = torch.tensor(y, dtype=torch.float32).unsqueeze(1)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)
model = nn.Sequential(nn.Linear(13, 16), nn.ReLU(), nn.Linear(16, 1))
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
