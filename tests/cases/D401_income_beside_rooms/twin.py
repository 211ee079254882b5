"""Value of a house (made-up district data, value already in standard units)."""

import sys

import numpy as np
import torch
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
rng = np.random.default_rng(seed)
n = 1200
rooms = rng.normal(5.5, 1.2, n)
age = rng.uniform(0, 50, n)
income = rng.normal(52_000, 9_000, n)
people = rng.normal(1_400, 400, n)
value = 0.5 * (rooms - 5.5) + (income - 52_000) / 18_000 - 0.02 * np.abs(age - 25) * (rooms - 5.5)
value = value + 0.3 * np.sin((people - 1_400) / 200) + rng.normal(0, 0.1, n)
X = np.stack([rooms, age, income, people], axis=1)
y = (value - value.mean()) / value.std()
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed)
scaler = StandardScaler().fit(X_train)
X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
X_train, X_test = torch.FloatTensor(X_train), torch.FloatTensor(X_test)
y_train, y_test = torch.FloatTensor(y_train)[:, None], torch.FloatTensor(y_test)[:, None]

model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
mse = nn.MSELoss()
for epoch in range(30):
    for rows in torch.randperm(len(X_train)).split(45):
        optimizer.zero_grad()
        mse(model(X_train[rows]), y_train[rows]).backward()
        optimizer.step()

with torch.no_grad():
    r2 = 1 - mse(model(X_test), y_test) / y_test.var(unbiased=False)
print(f"r2 {r2.item():.4f}")
