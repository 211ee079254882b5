"""Predict film ratings from user and film embeddings."""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)

USERS, FILMS, N = 60, 40, 3000
taste, style = torch.randn(USERS, 3), torch.randn(FILMS, 3)
u = torch.randint(0, USERS, (N,))
f = torch.randint(0, FILMS, (N,))
rating = (taste[u] * style[f]).sum(dim=1) * 0.6 + 0.2 * torch.randn(N)
train = TensorDataset(u[:2500], f[:2500], rating[:2500])
loader = DataLoader(train, batch_size=100, shuffle=True)


class Recommender(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.users = nn.Embedding(USERS, dim)
        self.films = nn.Embedding(FILMS, dim)
        self.mlp = nn.Sequential(nn.Linear(3 * dim, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, user, film):
        a, b = self.users(user), self.films(film)
        return self.mlp(torch.cat([a, b, a * b], dim=-1))


model = Recommender()
criterion = nn.SmoothL1Loss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(12):
    model.train()
    for user, film, target in loader:
        prediction = model(user, film).squeeze(-1)
        loss = criterion(prediction, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    prediction = model(u[2500:], f[2500:]).flatten()
    rmse = (prediction - rating[2500:]).pow(2).mean().sqrt().item()
print(f"rmse {rmse:.4f}")
