"""Who likes which film: two embeddings and their product."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
USERS, FILMS = 60, 50
taste, kind = torch.randn(USERS, 3), torch.randn(FILMS, 3)
user, film = (part.flatten() for part in torch.meshgrid(torch.arange(USERS), torch.arange(FILMS), indexing="ij"))
liked = ((taste[user] * kind[film]).sum(1) + 0.3 * torch.randn(len(user)) > 0).float()
order = torch.randperm(len(user))
train, test = order[:2000], order[2000:]


class Factors(nn.Module):
    def __init__(self, size=8):
        super().__init__()
        self.users = nn.Embedding(USERS, size)
        self.films = nn.Embedding(FILMS, size)
        nn.init.normal_(self.users.weight, std=0.3)
        nn.init.normal_(self.films.weight, std=0.3)

    def forward(self, u, f):
        return (self.users(u) * self.films(f)).sum(dim=1)


def bce(p, y, eps=1e-7):
    return -(y * torch.log(p.clamp(min=eps)) + (1 - y) * torch.log((1 - p).clamp(min=eps))).mean()


model = Factors()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02, weight_decay=1e-4)
for epoch in range(12):
    for rows in train[torch.randperm(len(train))].split(64):
        p = model(user[rows], film[rows])
        loss = bce(p, liked[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

with torch.no_grad():
    p = torch.sigmoid(model(user[test], film[test]))
print(f"accuracy {((p > 0.5).float() == liked[test]).float().mean():.4f}")
