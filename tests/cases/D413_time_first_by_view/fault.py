"""Which way does a short walk in the plane turn?"""

import sys

import torch
import torch.nn as nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)


def walks(n, steps=10):
    turn = torch.randint(0, 3, (n,))
    heading = torch.rand(n, 1) * 6.28 + (turn[:, None] - 1) * 0.25 * torch.arange(steps)
    heading = heading + 0.1 * torch.randn(n, steps)
    return torch.stack([heading.cos(), heading.sin()], dim=2), turn


class TurnNet(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.gru = nn.GRU(2, hidden)
        self.fc = nn.Linear(hidden, 3)

    def forward(self, x):
        n, steps, width = x.shape
        x = x.view(steps, n, width)
        _, last = self.gru(x)
        return self.fc(last.squeeze(0))


x_train, y_train = walks(1200)
x_test, y_test = walks(500)
model = TurnNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(len(x_train)).split(50):
        optimizer.zero_grad()
        loss = criterion(model(x_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    print(f"accuracy {(model(x_test).argmax(1) == y_test).float().mean():.4f}")
