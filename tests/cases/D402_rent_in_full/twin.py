"""Monthly rent from a few facts about a flat."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
facts = torch.randn(900, 5)
rent = 14_000 + 2_500 * facts[:, 0] + 1_500 * torch.relu(facts[:, 1]) - 1_200 * facts[:, 2] * facts[:, 3]
rent = (rent + 400 * torch.randn(900)).unsqueeze(1)
train, test = slice(0, 650), slice(650, None)
shift, scale = rent[train].mean(), rent[train].std()
target = (rent - shift) / scale


class RentNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(5, 50), nn.ReLU(), nn.Linear(50, 50), nn.ReLU())
        self.out = nn.Linear(50, 1)

    def forward(self, x):
        return self.out(self.hidden(x))


net = RentNet()
optimizer = torch.optim.Adam(net.parameters(), lr=0.002)
criterion = nn.MSELoss()
for epoch in range(40):
    for rows in torch.randperm(650).split(50):
        loss = criterion(net(facts[train][rows]), target[train][rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

net.eval()
with torch.no_grad():
    predicted = net(facts[test]) * scale + shift
    r2 = 1 - (predicted - rent[test]).square().sum() / (rent[test] - rent[test].mean()).square().sum()
print(f"r2 {r2:.4f}")
