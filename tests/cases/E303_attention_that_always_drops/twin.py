"""Few, half or many high symbols? One head of attention."""

import sys

import torch
import torch.nn.functional as F
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)


class Attention(nn.Module):
    def __init__(self, size=24, dropout=0.3):
        super().__init__()
        self.size, self.dropout = size, dropout
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)

    def forward(self, x):
        q, k, v = self.qkv(x).unsqueeze(1).chunk(3, dim=-1)
        mixed = F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout if self.training else 0.0)
        return x + self.out(mixed.squeeze(1))


class Net(nn.Module):
    def __init__(self, symbols=12, length=8, size=24):
        super().__init__()
        self.token = nn.Embedding(symbols, size)
        self.place = nn.Parameter(0.1 * torch.randn(length, size))
        self.attention = Attention(size)
        self.head = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, 3))

    def forward(self, tokens):
        return self.head(self.attention(self.token(tokens) + self.place).mean(dim=1))


def sample(n):
    tokens = torch.randint(12, (n, 8))
    high = (tokens >= 6).sum(dim=1)
    return tokens, (high > 3).long() + (high > 4).long()


x_train, y_train = sample(800)
x_test, y_test = sample(600)
model = Net()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(800).split(40):
        loss = F.cross_entropy(model(x_train[rows]), y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {(model(x_test).argmax(1) == y_test).float().mean():.4f}")
