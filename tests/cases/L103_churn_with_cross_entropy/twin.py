"""Which customers leave: region and plan as embeddings, three amounts."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)


class Customers:
    def __init__(self, n):
        self.region = torch.randint(6, (n,))
        self.plan = torch.randint(3, (n,))
        self.amounts = torch.randn(n, 3)
        score = 1.5 * self.amounts[:, 0] * (self.plan - 1) + self.amounts[:, 1] + REGION[self.region]
        self.left = (score + 0.5 * torch.randn(n) > 0).float().reshape(-1, 1)

    def batches(self, size):
        for rows in torch.randperm(len(self.left)).split(size):
            yield (self.region[rows], self.plan[rows], self.amounts[rows]), self.left[rows]


class ChurnNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.region = nn.Embedding(6, 4)
        self.plan = nn.Embedding(3, 2)
        self.mlp = nn.Sequential(nn.Linear(9, 24), nn.ReLU(), nn.Linear(24, 1))

    def forward(self, region, plan, amounts):
        return self.mlp(torch.cat([self.region(region), self.plan(plan), amounts], dim=1))


REGION = torch.randn(6)
train, test = Customers(700), Customers(500)
net = ChurnNet()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)

for epoch in range(15):
    running = 0.0
    for inputs, left in train.batches(50):
        optimizer.zero_grad()
        loss = criterion(net(*inputs), left)
        loss.backward()
        optimizer.step()
        running += loss.item()

net.eval()
with torch.no_grad():
    guess = (net(test.region, test.plan, test.amounts) > 0).float()
print(f"accuracy {(guess == test.left).float().mean():.4f}")
