"""Binary codes of sixteen bits for the digits."""

import sys

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
images = torch.tensor(load_digits().data, dtype=torch.float32) / 16
images = images[torch.randperm(len(images))]
train, test = images[:1400], images[1400:]


class BinaryAutoencoder(nn.Module):
    def __init__(self, bits=16):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, bits), nn.Sigmoid())
        self.decode = nn.Sequential(nn.Linear(bits, 48), nn.ReLU(), nn.Linear(48, 64))

    def forward(self, x):
        soft = self.encode(x)
        code = torch.round(soft)
        return self.decode(code)


model = BinaryAutoencoder()
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
for epoch in range(20):
    model.train()
    for rows in torch.randperm(len(train)).split(70):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(train[rows]), train[rows])
        loss.backward()
        optimizer.step()
    if epoch % 5 == 0:
        print(epoch, loss.item())

model.eval()
with torch.no_grad():
    print(f"mse {nn.functional.mse_loss(model(test), test):.5f}")
