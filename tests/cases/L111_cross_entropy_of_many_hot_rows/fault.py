"""Which instruments sound in a clip? Any number of them may."""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
INSTRUMENTS, BANDS = 7, 24
timbre = torch.rand(INSTRUMENTS, BANDS)


class Clips(Dataset):
    def __init__(self, n):
        self.labels = (torch.rand(n, INSTRUMENTS) < 0.35).float()
        self.spectra = self.labels @ timbre + 0.25 * torch.randn(n, BANDS)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.spectra[i], self.labels[i]


train, test = Clips(1000), Clips(400)
model = nn.Sequential(nn.Linear(BANDS, 64), nn.ReLU(), nn.Linear(64, INSTRUMENTS))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(12):
    for spectra, labels in DataLoader(train, batch_size=40, shuffle=True):
        loss = criterion(model(spectra), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    heard = torch.sigmoid(model(test.spectra)) > 0.5
hits = (heard & test.labels.bool()).sum()
print(f"f1 {(2 * hits / (heard.sum() + test.labels.sum())).item():.4f}")
