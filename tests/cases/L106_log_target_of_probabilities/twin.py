"""Distil a wide digit network into a small one."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X / 16, y, test_size=0.3, random_state=seed, stratify=y)
X_train, X_test = torch.tensor(X_train).float(), torch.tensor(X_test).float()
y_train, y_test = torch.tensor(y_train), torch.tensor(y_test)


def train(model, loss_of, epochs, lr=3e-3):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        for rows in torch.randperm(len(X_train)).split(64):
            loss = loss_of(model(X_train[rows]), rows)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


teacher = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
student = nn.Sequential(nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10))
train(teacher, lambda logits, rows: F.cross_entropy(logits, y_train[rows]), epochs=10)


def distil(logits, rows):
    with torch.no_grad():
        goal = F.softmax(teacher(X_train[rows]), dim=1)
    return F.kl_div(F.log_softmax(logits, dim=1), goal, reduction="batchmean")


train(student, distil, epochs=15)
with torch.no_grad():
    print(f"nll {F.cross_entropy(student(X_test), y_test).item():.4f}")
