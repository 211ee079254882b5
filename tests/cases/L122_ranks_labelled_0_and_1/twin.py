"""Learn to rank: does the reader like answer A better than answer B (the favourite so far)?"""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
w = torch.randn(12)


def quality(x):
    return x @ w + 1.5 * torch.sin(2 * x[:, 0])


def pairs(n):
    a, b = torch.randn(n, 12), torch.randn(n, 12) + 0.35 * w.sign()
    return a, b, quality(a) + 0.5 * torch.randn(n) > quality(b)


scorer = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1))
ranking = nn.MarginRankingLoss(margin=1.0)
optimizer = torch.optim.RMSprop(scorer.parameters(), lr=0.002)
a, b, liked = pairs(1500)
labels = liked.float() * 2 - 1
loader = DataLoader(TensorDataset(a, b, labels), batch_size=50, shuffle=True)
for epoch in range(8):
    for first, second, label in loader:
        loss = ranking(scorer(first).squeeze(1), scorer(second).squeeze(1), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

a, b, liked = pairs(800)
with torch.no_grad():
    first_wins = (scorer(a) > scorer(b)).squeeze(1)
print(f"agreement {(first_wins == liked).float().mean():.4f}")
