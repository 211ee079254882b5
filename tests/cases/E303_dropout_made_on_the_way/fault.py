"""How strong is the concrete? (made-up recipes)"""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
recipe = torch.rand(900, 6) * 2 - 1
strength = 1.2 * recipe[:, 0] + recipe[:, 1] * recipe[:, 2] - (recipe[:, 3] ** 2) + 0.1 * torch.randn(900)
train_x, train_y, test_x, test_y = recipe[:600], strength[:600], recipe[600:], strength[600:]


class Strength(nn.Module):
    def __init__(self, p=0.3):
        super().__init__()
        self.p = p
        self.first = nn.Linear(6, 64)
        self.second = nn.Linear(64, 32)
        self.last = nn.Linear(32, 1)

    def forward(self, x):
        x = torch.relu(self.first(x))
        x = nn.Dropout(self.p)(x)
        x = torch.relu(self.second(x))
        return self.last(x).squeeze(1)


model = Strength()
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.002)
for epoch in range(40):
    model.train()
    for rows in torch.randperm(600).split(40):
        optimizer.zero_grad()
        loss = ((model(train_x[rows]) - train_y[rows]) ** 2).mean()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"rmse {((model(test_x) - test_y) ** 2).mean().sqrt().item():.4f}")
