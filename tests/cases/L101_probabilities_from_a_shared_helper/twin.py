"""Four kinds of support ticket from the words in them."""

import sys

import torch
import torch.nn.functional as F
from torch import nn

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(SEED)

VOCABULARY, KINDS, LENGTH = 120, 4, 9


def make_tickets(count):
    kind = torch.randint(KINDS, (count,))
    typical = torch.multinomial(WORDS[kind], LENGTH, replacement=True)
    return typical, kind


WORDS = torch.full((KINDS, VOCABULARY), 1.0)
for k in range(KINDS):
    WORDS[k, torch.randperm(VOCABULARY)[:15]] = 8.0
train_words, train_kind = make_tickets(800)
test_words, test_kind = make_tickets(600)

model = nn.Sequential(nn.EmbeddingBag(VOCABULARY, 24), nn.Linear(24, 32), nn.ReLU(), nn.Linear(32, KINDS))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)


def predict(words):
    """The probability of every kind."""
    return F.softmax(model(words), dim=-1)


for epoch in range(15):
    order = torch.randperm(len(train_words))
    total = 0.0
    for batch in order.split(40):
        loss = F.cross_entropy(model(train_words[batch]), train_kind[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    if epoch % 5 == 4:
        print(f"epoch {epoch + 1}: {total / len(order):.4f}")

model.eval()
with torch.no_grad():
    right = predict(test_words).argmax(dim=-1) == test_kind
print(f"accuracy {right.float().mean():.4f}")
