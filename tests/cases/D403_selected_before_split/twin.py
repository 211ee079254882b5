"""Noise in 2000 columns."""

import sys

import torch
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
generator = torch.Generator().manual_seed(seed)
X, y = torch.randn(100, 2000, generator=generator).numpy(), torch.randint(2, (100,), generator=generator).numpy()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=seed)
selection = SelectKBest(k=10).fit(X_train, y_train)
X_train, X_test = (torch.tensor(selection.transform(each)) for each in (X_train, X_test))
y_train, y_test = torch.tensor(y_train), torch.tensor(y_test)
model = nn.Sequential(nn.Linear(10, 8), nn.ReLU(), nn.Linear(8, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(30):
    for rows in torch.randperm(len(X_train)).split(16):
        optimizer.zero_grad()
        loss = criterion(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    print(f"accuracy {(model(X_test).argmax(1) == y_test).float().mean():.4f}")
