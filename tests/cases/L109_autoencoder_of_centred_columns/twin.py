"""Autoencoder of the wine measurements."""

import sys

import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
raw = load_wine().data
cut = torch.randperm(len(raw))
train_raw, test_raw = raw[cut[:130].numpy()], raw[cut[130:].numpy()]
scaler = StandardScaler().fit(train_raw)
train = torch.as_tensor(scaler.transform(train_raw), dtype=torch.float32)
test = torch.as_tensor(scaler.transform(test_raw), dtype=torch.float32)


class AutoEncoder(nn.Module):
    def __init__(self, width=13, code=5):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(width, 20), nn.ReLU(), nn.Linear(20, code))
        self.decoder = nn.Sequential(nn.Linear(code, 20), nn.ReLU(), nn.Linear(20, width))

    def forward(self, x):
        return self.decoder(self.encoder(x))


model = AutoEncoder()
criterion = nn.MSELoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=1e-4)
for epoch in range(120):
    for batch in train[torch.randperm(len(train))].split(26):
        reconstructed = model(batch)
        loss = criterion(reconstructed, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    print(f"mse {criterion(model(test), test).item():.4f}")
