"""A small network learns from a large one."""

import sys

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional as F

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16, dtype=torch.float32), torch.tensor(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)

teacher = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.Adam(teacher.parameters(), lr=0.005)
for epoch in range(8):
    for rows in torch.randperm(len(X_train)).split(64):
        optimizer.zero_grad()
        F.cross_entropy(teacher(X_train[rows]), y_train[rows]).backward()
        optimizer.step()
teacher.eval()

criterion = nn.KLDivLoss(reduction="batchmean")
student = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
optimizer = torch.optim.SGD(student.parameters(), lr=0.2)
for epoch in range(10):
    for rows in torch.randperm(len(X_train)).split(64):
        with torch.no_grad():
            soft = F.softmax(teacher(X_train[rows]), dim=1)
        optimizer.zero_grad()
        loss = criterion(F.log_softmax(student(X_train[rows]), dim=1), soft)
        loss.backward()
        optimizer.step()

student.eval()
with torch.no_grad():
    accuracy = (student(X_test).argmax(1) == y_test).float().mean()
print(f"accuracy {accuracy:.4f}")
