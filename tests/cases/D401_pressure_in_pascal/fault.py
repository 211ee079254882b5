"""Rain tomorrow? Pressure, temperature, humidity and wind."""

import sys

import numpy as np
import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
rng = np.random.default_rng(seed)
n = 1000
pressure = rng.normal(101_325, 900, n)
temperature = rng.normal(288, 8, n)
humidity = rng.uniform(0.2, 1.0, n)
wind = rng.gamma(2.0, 2.0, n)
index = -(pressure - 101_325) / 900 + 6 * (humidity - 0.6) + 0.3 * (wind - 4) * (temperature > 288)
rain = (index + rng.normal(0, 0.5, n) > 0).astype(np.float32)

features = np.column_stack([pressure, temperature, humidity, wind])
train, test = np.arange(700), np.arange(700, n)
x = torch.tensor(features, dtype=torch.float32)
y = torch.tensor(rain)

model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
criterion = nn.BCEWithLogitsLoss()

for epoch in range(30):
    np.random.default_rng(epoch).shuffle(train)
    for rows in np.array_split(train, 20):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    wet = model(x[test]) > 0
print(f"accuracy {(wet == y[test].bool()).float().mean():.4f}")
