"""Output of a power station, about 450 MW, from the weather."""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
weather = torch.randn(1000, 4)
drift = 14 * weather[:, :1] + 5 * weather[:, 1:2] * weather[:, 2:3]
power = 454 - drift + 4 * weather[:, 3:].abs() + torch.randn(1000, 1)
x_train, x_test, y_train, y_test = weather[:700], weather[700:], power[:700], power[700:]
shift, spread = y_train.mean(), y_train.std()


class PowerModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 24), nn.SiLU(), nn.Linear(24, 24), nn.SiLU(), nn.Linear(24, 1))

    def forward(self, x):
        return self.layers(x)


loader = DataLoader(TensorDataset(x_train, (y_train - shift) / spread), batch_size=35, shuffle=True)
model = PowerModel()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(25):
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    megawatts = model(x_test) * spread + shift
print(f"mae {(megawatts - y_test).abs().mean():.4f}")
