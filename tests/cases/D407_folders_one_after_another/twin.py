"""Five kinds of signal, each in a folder of its own, with a 1-d convolution."""

import sys

import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
KINDS = 5
t = torch.linspace(0, 6.28, 32)


def folder(kind, n):
    start = torch.rand(n, 1) * 6.28
    signal = torch.sin((kind + 1) * t + start) + 0.5 * torch.randn(n, 32)
    return TensorDataset(signal.unsqueeze(1), torch.full((n,), kind))


class SignalNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv1d(1, 12, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(12, 16, 5, padding=2), nn.ReLU()
        )
        self.pool = nn.AdaptiveAvgPool1d(4)
        self.classifier = nn.Linear(64, KINDS)

    def forward(self, x):
        return self.classifier(self.pool(self.features(x)).flatten(1))


train_set = ConcatDataset([folder(kind, 120) for kind in range(KINDS)])
test_set = ConcatDataset([folder(kind, 60) for kind in range(KINDS)])
train_loader = DataLoader(train_set, batch_size=30, shuffle=True)
test_loader = DataLoader(test_set, batch_size=100)

model = SignalNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
for epoch in range(8):
    model.train()
    for signal, kind in train_loader:
        optimizer.zero_grad()
        criterion(model(signal), kind).backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    right = sum((model(signal).argmax(1) == kind).sum().item() for signal, kind in test_loader)
print(f"accuracy {right / len(test_set):.4f}")
