"""Images of bytes through a small convolutional network."""

import sys

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)


class ByteImages(Dataset):
    def __init__(self):
        bunch = load_digits()
        self.images = (bunch.images * 255 / 16).astype(np.uint8)
        self.labels = bunch.target

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return torch.from_numpy(self.images[i]).float().div(255).unsqueeze(0), self.labels[i]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 10, 3)
        self.fc = nn.Linear(10 * 3 * 3, 10)

    def forward(self, x):
        x = x / 255.0
        x = torch.max_pool2d(torch.relu(self.conv(x)), 2)
        return self.fc(x.flatten(1))


images = ByteImages()
order = torch.randperm(len(images)).tolist()
train = DataLoader(Subset(images, order[:1400]), batch_size=50, shuffle=True)
test = DataLoader(Subset(images, order[1400:]), batch_size=100)
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
for epoch in range(5):
    for x, y in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()

with torch.no_grad():
    hits = sum((net(x).argmax(1) == y).sum().item() for x, y in test)
print(f"accuracy {hits / len(test.dataset):.4f}")
