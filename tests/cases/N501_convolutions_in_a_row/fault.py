"""Is the bright bar on a dark ground or the dark bar on a bright one as long as the other? (same or different)"""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)


def pictures(n):
    sign_left = torch.randint(0, 2, (n,)) * 2 - 1
    sign_right = torch.randint(0, 2, (n,)) * 2 - 1
    picture = 0.5 * torch.randn(n, 1, 8, 8)
    picture[:, 0, 2:6, 1:3] += sign_left[:, None, None]
    picture[:, 0, 2:6, 5:7] += sign_right[:, None, None]
    return picture, (sign_left == sign_right).long()


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1)
        self.conv2 = nn.Conv2d(6, 12, 3, stride=2, padding=1)
        self.fc1 = nn.Linear(12 * 16, 32)
        self.fc2 = nn.Linear(32, 2)

    def forward(self, x):
        x = self.conv2(self.conv1(x))
        x = self.fc1(x.flatten(1))
        return self.fc2(x)


x, y = pictures(1000)
x_test, y_test = pictures(500)
model = ConvNet()
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
criterion = nn.CrossEntropyLoss()
for epoch in range(8):
    for rows in torch.randperm(1000).split(50):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(f"accuracy {(model(x_test).argmax(1) == y_test).float().mean():.4f}")
