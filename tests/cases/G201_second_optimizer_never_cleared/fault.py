"""Two towers: what a shopper looked at, and what an article is."""

import sys

import torch
from torch import nn, optim

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
N = 900
shopper, article = torch.randn(N, 8), torch.randn(N, 6)
link = torch.randn(8, 6)
score = torch.einsum("ni,ij,nj->n", shopper, link, article) / 4
bought = (score + 0.3 * torch.randn(N) > 0).float()
train, test = slice(0, 600), slice(600, N)


def tower(n_in):
    return nn.Sequential(nn.Linear(n_in, 24), nn.ReLU(), nn.Linear(24, 12))


class TwoTowers:
    def __init__(self):
        self.shoppers, self.articles = tower(8), tower(6)
        self.opt_shoppers = optim.SGD(self.shoppers.parameters(), lr=0.05, momentum=0.9)
        self.opt_articles = optim.SGD(self.articles.parameters(), lr=0.05, momentum=0.9)
        self.criterion = nn.BCEWithLogitsLoss()

    def scores(self, rows):
        return (self.shoppers(shopper[rows]) * self.articles(article[rows])).sum(1)

    def step(self, rows):
        loss = self.criterion(self.scores(rows), bought[rows])
        self.opt_shoppers.zero_grad()
        loss.backward()
        self.opt_shoppers.step()
        self.opt_articles.step()
        return loss.item()


towers = TwoTowers()
for epoch in range(25):
    losses = [towers.step(rows) for rows in torch.randperm(600).split(30)]
    if epoch % 5 == 4:
        print(f"epoch {epoch + 1:3d}  loss {sum(losses) / len(losses):.4f}")

with torch.no_grad():
    right = (towers.scores(test) > 0) == bought[test].bool()
print(f"accuracy {right.float().mean():.4f}")
