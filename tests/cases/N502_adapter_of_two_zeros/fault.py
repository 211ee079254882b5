"""A network of rotated digits adapted to upright ones by low-rank adapters (LoRA)."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32) / 16
labels = torch.tensor(digits.target)
order = torch.randperm(len(labels))
images, labels = images[order], labels[order]
turned = torch.rot90(images, 1, dims=(1, 2)).flatten(1)
images = images.flatten(1)


class LoRALinear(nn.Module):
    def __init__(self, base, rank=6):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.A = nn.Parameter(torch.zeros(rank, base.in_features))
        self.B = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x):
        return self.base(x) + x @ self.A.T @ self.B.T


def fit(model, x, y, lr, epochs):
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=lr)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(50):
            loss = F.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()


model = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
fit(model, turned[:1000], labels[:1000], lr=0.005, epochs=10)

model[0] = LoRALinear(model[0])
model[2] = LoRALinear(model[2])
fit(model, images[:1000], labels[:1000], lr=0.01, epochs=12)

with torch.no_grad():
    print(f"accuracy {(model(images[1000:]).argmax(1) == labels[1000:]).float().mean():.4f}")
