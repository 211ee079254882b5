"""Two spirals from scratch, with the rate of a fine-tuning recipe."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
t = torch.rand(1200) * 3 + 0.3
side = torch.randint(0, 2, (1200,))
angle = t * 1.8 + side * torch.pi
X = torch.stack([t * angle.cos(), t * angle.sin()], dim=1) / 2 + 0.05 * torch.randn(1200, 2)


class Spiral(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, x):
        return self.net(x)


config = {"lr": 2e-6, "weight_decay": 0.01, "epochs": 30, "batch_size": 40}
model = Spiral()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"])
for epoch in range(config["epochs"]):
    for rows in torch.randperm(800).split(config["batch_size"]):
        loss = criterion(model(X[rows]), side[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {(model(X[800:]).argmax(1) == side[800:]).float().mean():.4f}")
