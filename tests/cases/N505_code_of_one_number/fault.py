"""Autoencoder of eight sensors that follow three hidden causes."""

import sys

import torch
import torch.nn as nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
mixing = torch.randn(3, 8)
sensors = torch.tanh(torch.randn(1300, 3) @ mixing) + 0.05 * torch.randn(1300, 8)
train, test = sensors[:1000], sensors[1000:]
CODE = 1

encoder = nn.Sequential(nn.Linear(8, 32), nn.GELU(), nn.Linear(32, CODE))
decoder = nn.Sequential(nn.Linear(CODE, 32), nn.GELU(), nn.Linear(32, 8))
parameters = list(encoder.parameters()) + list(decoder.parameters())
optimizer = torch.optim.Adam(parameters, lr=0.01)
for epoch in range(25):
    for rows in torch.randperm(len(train)).split(50):
        batch = train[rows]
        loss = nn.functional.mse_loss(decoder(encoder(batch)), batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

with torch.no_grad():
    print(f"mse {nn.functional.mse_loss(decoder(encoder(test)), test).item():.4f}")
