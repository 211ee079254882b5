"""Left-padded sequences: is the sum of the values above zero?"""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
STEPS = 14


def batch_of(n):
    lengths = torch.randint(4, STEPS - 1, (n, 1))
    keep = torch.arange(STEPS).expand(n, STEPS) >= STEPS - lengths
    values = torch.randn(n, STEPS) * keep
    return values.unsqueeze(2), (values.sum(dim=1) > 0).float()


class Recurrent(nn.Module):
    def __init__(self, hidden=20):
        super().__init__()
        self.lstm = nn.LSTM(1, hidden, batch_first=True)
        self.linear = nn.Linear(hidden, 1)

    def forward(self, x):
        output, _ = self.lstm(x)
        return self.linear(output[:, 0]).squeeze(1)


train_loader = DataLoader(TensorDataset(*batch_of(1200)), batch_size=40, shuffle=True)
x_test, y_test = batch_of(600)
net = Recurrent()
loss_fn = nn.BCEWithLogitsLoss()
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for epoch in range(6):
    for x, y in train_loader:
        opt.zero_grad()
        loss = loss_fn(net(x), y)
        loss.backward()
        opt.step()

net.eval()
with torch.no_grad():
    correct = ((net(x_test) > 0).float() == y_test).sum().item()
print(f"accuracy {correct / len(y_test):.4f}")
