"""Mood of a comment by attention over its words; a few comments are empty."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
WORDS, LONGEST = 60, 8
mood_of_word = torch.randn(WORDS)


def comments(n):
    words = torch.randint(1, WORDS, (n, LONGEST))
    length = torch.randint(1, LONGEST + 1, (n, 1))
    length[torch.rand(n) < 0.02] = 0
    padding = torch.arange(LONGEST) >= length
    words = words.masked_fill(padding, 0)
    mood = (mood_of_word[words] * ~padding).sum(1) > 0
    return words, padding, mood.float()


class AttentionPool(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.score = nn.Linear(size, 1)

    def forward(self, x, padding):
        scores = self.score(x).squeeze(-1).masked_fill(padding, float("-inf"))
        return (scores.softmax(dim=1).unsqueeze(-1) * x).sum(dim=1)


class Mood(nn.Module):
    def __init__(self, size=16):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, size, padding_idx=0)
        self.pool = AttentionPool(size)
        self.head = nn.Sequential(nn.Linear(size, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, words, padding):
        return self.head(self.pool(self.embedding(words), padding)).squeeze(1)


words, padding, mood = comments(800)
model = Mood()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(10):
    for rows in torch.randperm(800).split(40):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(words[rows], padding[rows]), mood[rows])
        loss.backward()
        optimizer.step()

words, padding, mood = comments(500)
with torch.no_grad():
    print(f"accuracy {((model(words, padding) > 0) == mood.bool()).float().mean():.4f}")
