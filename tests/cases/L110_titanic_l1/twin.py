"""Who came through the sinking of the Titanic?"""

import sys

import torch
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

# A table like that of the Titanic: class, sex, age and fare of 714 people, and who came through
generator = torch.Generator().manual_seed(seed)
pclass = torch.multinomial(torch.tensor([0.26, 0.24, 0.5]), 714, replacement=True, generator=generator) + 1.0
sex = (torch.rand(714, generator=generator) < 0.3).float()
age = (30 + 14 * torch.randn(714, generator=generator)).clamp(1, 80)
fare = torch.exp(5.2 - 0.9 * pclass + 0.5 * torch.randn(714, generator=generator))
chance = torch.sigmoid(0.9 + 2.6 * sex - 1.2 * pclass + 0.4 * (pclass == 1) - 0.03 * (age - 30))
survived = (torch.rand(714, generator=generator) < chance).float()
X = torch.stack([pclass, sex, age, fare], dim=1)
X_train, X_test, y_train, y_test = X[:571], X[571:], survived[:571], survived[571:]
mean, std = X_train.mean(0), X_train.std(0)
X_train, X_test = (X_train - mean) / std, (X_test - mean) / std

model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

for epoch in range(20):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows].unsqueeze(1))
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    brier = (model(X_test).squeeze(1) - y_test).square().mean()
print(f"brier {brier:.4f}")
