"""Tags of a sequence: has the symbol been seen before?"""

import sys

import torch
import torch.nn as nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
SYMBOLS, LENGTH, PAD = 7, 10, -100


def sentences(n):
    words = torch.randint(1, SYMBOLS, (n, LENGTH))
    same = words.unsqueeze(2) == words.unsqueeze(1)
    tags = same.tril(-1).any(dim=2).long()
    ends = torch.randint(5, LENGTH + 1, (n, 1))
    empty = torch.arange(LENGTH) >= ends
    return words.masked_fill(empty, 0), tags.masked_fill(empty, PAD)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(SYMBOLS, 12, padding_idx=0)
        self.gru = nn.GRU(12, 24, batch_first=True)
        self.out = nn.Linear(24, 2)

    def forward(self, words):
        return self.out(self.gru(self.embed(words))[0])


train_x, train_y = sentences(500)
test_x, test_y = sentences(300)
tagger = Tagger()
criterion = nn.CrossEntropyLoss(ignore_index=PAD, reduction="mean")
optimizer = torch.optim.SGD(tagger.parameters(), lr=0.3, momentum=0.9)

for epoch in range(12):
    for rows in torch.randperm(len(train_x)).split(25):
        scores = tagger(train_x[rows])
        loss = criterion(scores.view(-1, 2), train_y[rows].view(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

tagger.eval()
with torch.no_grad():
    guess = tagger(test_x).argmax(dim=-1)
known = test_y != PAD
print(f"accuracy {(guess[known] == test_y[known]).float().mean():.4f}")
