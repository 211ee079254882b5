"""Two spirals with a one-cycle schedule."""

import sys

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)


def spirals(n):
    arm = torch.randint(2, (n,))
    turn = torch.rand(n).sqrt() * 2 * torch.pi
    angle = turn + arm * torch.pi
    points = torch.stack([turn * angle.cos(), turn * angle.sin()], dim=1) / 4
    return points + 0.05 * torch.randn(n, 2), arm


EPOCHS = 12
train_loader = DataLoader(TensorDataset(*spirals(600)), batch_size=24, shuffle=True)
x_test, y_test = spirals(500)
model = nn.Sequential(nn.Linear(2, 40), nn.ReLU(), nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = OneCycleLR(optimizer, max_lr=0.1, epochs=EPOCHS, steps_per_epoch=len(train_loader))

for epoch in range(EPOCHS):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()
        scheduler.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {(model(x_test).argmax(1) == y_test).float().mean():.4f}")
