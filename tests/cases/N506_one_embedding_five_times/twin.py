"""Five survey answers, each one of eight, summed up to a score."""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
QUESTIONS, ANSWERS = 5, 8
worth = torch.randn(QUESTIONS, ANSWERS)
answers = torch.randint(0, ANSWERS, (1600, QUESTIONS))
score = worth[torch.arange(QUESTIONS), answers].sum(dim=1) / 5**0.5 + 0.1 * torch.randn(1600)


class Survey(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.embeddings = nn.ModuleList([nn.Embedding(ANSWERS, dim) for _ in range(QUESTIONS)])
        self.mlp = nn.Sequential(nn.Linear(dim, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, answers):
        parts = [embedding(answers[:, i]) for i, embedding in enumerate(self.embeddings)]
        return self.mlp(torch.stack(parts).sum(dim=0)).squeeze(-1)


loader = DataLoader(TensorDataset(answers[:1200], score[:1200]), batch_size=60, shuffle=True)
model = Survey()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(20):
    for a, s in loader:
        optimizer.zero_grad()
        loss = criterion(model(a), s)
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    rest = criterion(model(answers[1200:]), score[1200:]) / score[1200:].var()
print(f"r2 {1 - rest.item():.4f}")
