"""Bags of words: is a review good or bad?"""

import sys

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
VOCABULARY, LENGTH = 300, 15
mood = torch.randn(VOCABULARY)


def reviews(n):
    words = torch.randint(0, VOCABULARY, (n, LENGTH))
    return words, (mood[words].mean(dim=1) > 0).long()


class Sentiment(nn.Module):
    def __init__(self, dim=6):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, words):
        vectors = F.embedding(words, self.embedding.weight.data)
        return self.mlp(vectors.mean(dim=1))


words, good = reviews(2000)
words_test, good_test = reviews(600)
model = Sentiment()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(15):
    model.train()
    for rows in torch.randperm(len(words)).split(100):
        loss = F.cross_entropy(model(words[rows]), good[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {(model(words_test).argmax(1) == good_test).float().mean():.4f}")
