"""Monthly bill from the meter: a network in a small Trainer."""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
meter = torch.randn(600, 5)
bill = (meter[:, 0] * meter[:, 1] + meter[:, 2].abs() - 0.8 + 0.1 * torch.randn(600)).unsqueeze(1)
train_data = TensorDataset(meter[:450], bill[:450])
held_out = TensorDataset(meter[450:], bill[450:])


class Trainer:
    def __init__(self, model, lr=0.01, epochs=16):
        self.model, self.epochs = model, epochs
        self.criterion = nn.SmoothL1Loss()
        self.optimizer = torch.optim.NAdam(model.parameters(), lr=lr)

    def training_step(self, batch):
        x, y = batch
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def fit(self, loader):
        self.model.train()
        for epoch in range(self.epochs):
            mean = torch.stack([self.training_step(batch) for batch in loader]).mean()
            if epoch % 5 == 0:
                print(f"[{epoch:02d}] {mean:.4f}")

    @torch.no_grad()
    def r2(self, dataset):
        self.model.eval()
        x, y = dataset.tensors
        return 1 - (self.model(x) - y).square().mean() / y.var(unbiased=False)


trainer = Trainer(nn.Sequential(nn.Linear(5, 32), nn.GELU(), nn.Linear(32, 32), nn.GELU(), nn.Linear(32, 1)))
trainer.fit(DataLoader(train_data, batch_size=30, shuffle=True))
print(f"r2 {trainer.r2(held_out):.4f}")
