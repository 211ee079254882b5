"""Median of tomorrow's demand from the last twelve days."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
days = torch.arange(900.0)
demand = torch.sin(days * 2 * torch.pi / 7) + 0.5 * torch.sin(days * 2 * torch.pi / 30) + 0.2 * torch.randn(900)
windows = demand.unfold(0, 13, 1)
x, y = windows[:, :12].unsqueeze(2), windows[:, 12]
x_train, y_train, x_test, y_test = x[:650], y[:650], x[665:], y[665:]


class Forecaster(nn.Module):
    def __init__(self, hidden: int = 20) -> None:
        super().__init__()
        self.rnn = nn.GRU(input_size=1, hidden_size=hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.rnn(x)
        return self.head(states[:, -1]).squeeze(-1)


class PinballLoss(nn.Module):
    def __init__(self, quantile: float = 0.5) -> None:
        super().__init__()
        self.q = quantile

    def forward(self, predicted: torch.Tensor, observed: torch.Tensor) -> torch.Tensor:
        error = observed - predicted
        return torch.maximum(self.q * error, (self.q - 1) * error).mean()


model, pinball = Forecaster(), PinballLoss(0.5)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(12):
    for rows in torch.randperm(len(x_train)).split(50):
        optimizer.zero_grad()
        pinball(model(x_train[rows]), y_train[rows]).backward()
        optimizer.step()

with torch.no_grad():
    forecast = model(x_test).flatten()
print(f"mae {(forecast - y_test).abs().mean():.4f}")
