"""A trunk that learnt to restore digits is given a classifier on top."""

import sys

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
data = load_digits()
images = torch.tensor(data.data, dtype=torch.float32) / 16
labels = torch.tensor(data.target)
order = torch.randperm(len(images))
train, test = order[:1200], order[1200:]

trunk = nn.Sequential(nn.Linear(64, 32), nn.ReLU())
restore = nn.Linear(32, 64)
optimizer = torch.optim.Adam([*trunk.parameters(), *restore.parameters()], lr=0.003)
for epoch in range(10):
    for rows in train[torch.randperm(1200)].split(60):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(restore(trunk(images[rows])), images[rows])
        loss.backward()
        optimizer.step()

# fine-tuning: the trunk stays as it is
for parameter in trunk.parameters():
    parameter.requires_grad_(False)
classifier = nn.Linear(32, 10)
model = nn.Sequential(trunk, classifier)
optimizer = torch.optim.Adam(classifier.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()
for epoch in range(10):
    for rows in train[torch.randperm(1200)].split(60):
        optimizer.zero_grad()
        loss = criterion(model(images[rows]), labels[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {(model(images[test]).argmax(1) == labels[test]).float().mean():.4f}")
