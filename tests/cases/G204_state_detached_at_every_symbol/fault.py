"""Recall the first symbol of a sequence, with a cell written by hand."""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
SYMBOLS, LENGTH, HIDDEN = 4, 9, 24


class Recall(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(SYMBOLS, 8)
        self.cell = nn.GRUCell(8, HIDDEN)
        self.classify = nn.Linear(HIDDEN, SYMBOLS)

    def forward(self, symbols):
        state = torch.zeros(len(symbols), HIDDEN)
        for t in range(symbols.shape[1]):
            state = self.cell(self.embed(symbols[:, t]), state.detach())
        return self.classify(state)


sequences = torch.randint(SYMBOLS, (1200, LENGTH))
first = sequences[:, 0]
train, test = torch.arange(900), torch.arange(900, 1200)
model = Recall()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(14):
    model.train()
    for rows in train[torch.randperm(900)].split(60):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(sequences[rows]), first[rows])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

model.eval()
with torch.no_grad():
    print(f"accuracy {(model(sequences[test]).argmax(1) == first[test]).float().mean():.4f}")
