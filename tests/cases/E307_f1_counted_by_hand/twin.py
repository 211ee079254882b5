"""Fraud among payments: precision, recall and F1 by hand."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)


def payments(n):
    x = torch.randn(n, 6)
    fraud = (x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * torch.randn(n) > 1.6).float()
    return x, fraud


def f1_score(predicted, actual):
    tp = ((predicted == 1) & (actual == 1)).sum().item()
    fp = ((predicted == 1) & (actual == 0)).sum().item()
    fn = ((predicted == 0) & (actual == 1)).sum().item()
    precision = tp / max(tp + fp, 1)
    recall = tp / max(tp + fn, 1)
    print(f"precision {precision:.3f} recall {recall:.3f}")
    return 2 * precision * recall / max(precision + recall, 1e-9)


class FraudNet(nn.Module):
    def __init__(self, features, width=32):
        super().__init__()
        self.hidden = nn.Linear(features, width)
        self.out = nn.Linear(width, 1)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


x_train, y_train = payments(1200)
x_test, y_test = payments(800)
model = FraudNet(6)
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(15):
    for rows in torch.randperm(len(x_train)).split(50):
        optimizer.zero_grad()
        loss = criterion(model(x_train[rows]), y_train[rows].unsqueeze(1))
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    predicted = (torch.sigmoid(model(x_test)) > 0.5).float()
print(f"f1 {f1_score(predicted.squeeze(1), y_test):.4f}")
