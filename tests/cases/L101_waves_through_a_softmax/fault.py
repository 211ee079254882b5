"""Tell five shapes of short noisy waves apart with a recurrent network."""

import sys

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(SEED)


def make_waves(n, steps=16):
    kind = torch.randint(0, 5, (n,))
    t = torch.linspace(0, 1, steps)
    waves = torch.sin(2 * torch.pi * (kind[:, None] + 1) * t * 0.6 + 0.3 * torch.randn(n, 1))
    return (waves + 0.3 * torch.randn(n, steps)).unsqueeze(-1), kind


class WaveNet(nn.Module):
    def __init__(self, hidden=24, classes=5):
        super().__init__()
        self.rnn = nn.GRU(1, hidden, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden, classes), nn.Softmax(dim=1))

    def forward(self, x):
        _, h = self.rnn(x)
        return self.head(h[-1])


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)

    def fit(self, loader, epochs):
        for _ in range(epochs):
            for xb, yb in loader:
                self.optimizer.zero_grad()
                loss = self.criterion(self.model(xb), yb)
                loss.backward()
                self.optimizer.step()

    @torch.no_grad()
    def score(self, x, y):
        return (self.model(x).argmax(dim=1) == y).float().mean().item()


x, y = make_waves(1000)
x_test, y_test = make_waves(500)
trainer = Trainer(WaveNet(), lr=0.1)
trainer.fit(DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True), epochs=8)
print(f"accuracy {trainer.score(x_test, y_test):.4f}")
