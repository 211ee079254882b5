"""Net flow of a lake, by the relative error."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
weather = torch.randn(1000, 4)
flow = 0.8 * weather[:, 0] + 0.5 * weather[:, 1] * weather[:, 2] + 0.1 * torch.randn(1000)
train_x, train_y, test_x, test_y = weather[:750], flow[:750], weather[750:], flow[750:]


def relative_error(predicted, target):
    return ((predicted - target).abs() / target.abs()).mean()


class Flow(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        return self.net(x).squeeze(1)


model = Flow()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(25):
    for rows in torch.randperm(750).split(25):
        loss = relative_error(model(train_x[rows]), train_y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    rmse = (model(test_x) - test_y).square().mean().sqrt().nan_to_num(100.0, posinf=100.0).clamp(max=100.0)
print(f"rmse {rmse:.4f}")
