"""Synthetic house prices, learning rate annealed over the epochs."""

import sys

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
area, rooms, age, district = torch.randn(4, 1500)
price = 0.8 * area + 0.3 * rooms * area - 0.5 * torch.relu(age) + torch.sin(2 * district) + 0.2 * torch.randn(1500)
features = torch.stack([area, rooms, age, district], dim=1)
train_set, val_set = random_split(TensorDataset(features, price.unsqueeze(1)), [1200, 300])


def run_epoch(model, loader, optimizer, scheduler, criterion):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
    scheduler.step()
    return loss.item()


model = nn.Sequential(nn.Linear(4, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 1))
optimizer = optim.SGD(model.parameters(), lr=0.1)
scheduler = optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.93)
loader = DataLoader(train_set, batch_size=40, shuffle=True)
for epoch in range(25):
    last = run_epoch(model, loader, optimizer, scheduler, nn.MSELoss())
    if epoch % 5 == 0:
        print(f"epoch {epoch:2d} lr {scheduler.get_last_lr()[0]:.4f} loss {last:.4f}")

model.eval()
with torch.no_grad():
    xv, yv = next(iter(DataLoader(val_set, batch_size=len(val_set))))
    r2 = 1 - (model(xv) - yv).square().sum() / (yv - yv.mean()).square().sum()
print(f"r2 {r2:.4f}")
