"""Small convolutional network with batch normalisation."""

import sys

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
bunch = load_digits()
order = torch.randperm(len(bunch.target))
images = torch.tensor(bunch.images, dtype=torch.float32).unsqueeze(1)[order] / 16
labels = torch.tensor(bunch.target)[order]
loader = DataLoader(TensorDataset(images[:1300], labels[:1300]), batch_size=65, shuffle=True)


def block(inside, outside):
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, padding=1, bias=False),
        nn.BatchNorm2d(outside, momentum=0.1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
    )


model = nn.Sequential(block(1, 8), block(8, 16), nn.Flatten(), nn.Linear(64, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
for epoch in range(6):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    correct = (model(images[1300:]).argmax(1) == labels[1300:]).sum().item()
print(f"accuracy {correct / len(labels[1300:]):.4f}")
