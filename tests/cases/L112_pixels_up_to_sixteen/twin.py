"""Compress digit images to eight numbers and back."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
pixels = torch.tensor(load_digits().data, dtype=torch.float32)
pixels = pixels[torch.randperm(len(pixels))]
scaled = pixels / 16
train_rows, test_rows = slice(0, 1500), slice(1500, None)


class Compressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
        self.up = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 64))

    def forward(self, x):
        return self.up(self.down(x))


model = Compressor()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
inputs, goals = scaled[train_rows], scaled[train_rows]
for epoch in range(15):
    for idx in torch.randperm(len(inputs)).split(50):
        logits = model(inputs[idx])
        loss = F.binary_cross_entropy_with_logits(logits, goals[idx])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

model.eval()
with torch.no_grad():
    restored = torch.sigmoid(model(scaled[test_rows]))
    print(f"mae {(restored - scaled[test_rows]).abs().mean().item():.4f}")
