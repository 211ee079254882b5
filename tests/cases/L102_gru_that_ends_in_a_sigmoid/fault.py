"""Does a machine fail soon? Vibration over 16 readings."""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)


def readings(n):
    fails = (torch.rand(n) < 0.35).float()
    t = torch.linspace(0, 1, 16)
    drift = fails[:, None] * t * torch.rand(n, 1) * 2.5
    return (torch.randn(n, 16) * 0.8 + drift).unsqueeze(-1), fails.unsqueeze(1)


class FailureNet(nn.Module):
    def __init__(self, hidden=16):
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, 1)

    def forward(self, x):
        _, h = self.gru(x)
        return torch.sigmoid(self.fc(h.squeeze(0)))


train_loader = DataLoader(TensorDataset(*readings(600)), batch_size=32, shuffle=True)
test_loader = DataLoader(TensorDataset(*readings(600)), batch_size=200)
model = FailureNet()
loss_fn = nn.BCEWithLogitsLoss()
opt = torch.optim.Adam(model.parameters(), lr=5e-3)

for epoch in range(12):
    model.train()
    for x, y in train_loader:
        opt.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        opt.step()

model.eval()
brier, rows = 0.0, 0
with torch.no_grad():
    for x, y in test_loader:
        brier += (model(x) - y).square().sum().item()
        rows += len(y)
print(f"brier {brier / rows:.4f}")
