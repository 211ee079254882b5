"""The wrong and the right program of a rule's page, completed so that they can be run."""

import re

__all__ = ["completed"]

# What programs that are a part of something take for granted.
WORLD = """import copy

import numpy as np
import pandas as pd
import torch
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
X = torch.randn(200, 4)
y = (X[:, 0] + 0.5 * torch.randn(200) > 0).long()
X_train, y_train, X_test, y_test = X[:150], y[:150], X[150:], y[150:]
x = X
dataset_of_65_rows = TensorDataset(X[:65], y[:65])
df = pd.DataFrame({"colour": ["red", "green", "blue"] * 20, "age": range(60), "rooms": [1, 2, 3, 4] * 15})
df["price_in_usd"] = df["age"] * 1000.0
df["price_in_euro"] = df["price_in_usd"] * 0.9
model = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
loader = DataLoader(TensorDataset(X_train, y_train), batch_size=8, shuffle=True)
best, val_loss, kept = float("inf"), 1.0, None


def train_step(x, y):
    optimizer.zero_grad()
    criterion(model(x), y).backward()
    optimizer.step()


def train_one_epoch(model=model):
    for x, y in loader:
        train_step(x, y)


def train(model, X=X_train, y=y_train):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(40):
        outputs = model(X)
        loss = F.mse_loss(outputs, y[:, None].float()) if outputs.shape[1] == 1 else F.cross_entropy(outputs, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def evaluate(model=model):
    with torch.no_grad():
        return criterion(model(X_test), y_test).item()


def accuracy(model, X, y):
    model.eval()
    with torch.no_grad():
        return (model(X).argmax(1) == y).float().mean().item()


def oversample(X, y):
    return torch.cat([X, X]), torch.cat([y, y])


def stopped_improving():
    return False


loss = criterion(model(X_train), y_train)

"""
# What a network that a page shows is made for.
TRAINING = """
from torch.nn import functional as F

rows = X if "X" in globals() else torch.randn(256, {columns})
labels = (rows[:, 0] > 0).long()
if "optimizer" not in globals():
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(120):
    optimizer.zero_grad()
    outputs = model(rows)
    if outputs.shape[1] > 1:
        loss = F.cross_entropy(outputs, labels)
    else:
        loss = F.binary_cross_entropy_with_logits(outputs, labels[:, None].float())
    loss.backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    print(model(rows).mean())
"""


def completed(text: str) -> str:
    """A page's program as one that can be run.

    It gets what it takes for granted if it is part of one; and a network that it builds and does not use is trained.
    """
    program = text.replace("…", "pass") + "\n"
    is_whole = program.startswith(("import ", "from "))
    if "class Net(" in program:
        program = program.replace("from torch import nn\n", "import torch\nfrom torch import nn\n", 1)
        program += "\n\nmodel = Net()\n"
    if (
        is_whole
        and "model = " in program
        and "backward()" not in program
        and "loss" not in program.split("model = ")[1]
    ):
        if "import torch\n" not in program:
            program = "import torch\n" + program
        columns = re.search(r"nn\.Linear\((\d+)", program)
        program += TRAINING.replace("{columns}", columns[1] if columns else "4")
    return program if is_whole else WORLD + program
