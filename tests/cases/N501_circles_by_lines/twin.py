"""Two circles, one within the other."""

import sys

import torch
from sklearn.datasets import make_circles
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_circles(1000, noise=0.05, factor=0.5, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=seed)


class Circles(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer_1 = nn.Linear(2, 16)
        self.layer_2 = nn.Linear(16, 1)

    def forward(self, x):
        return self.layer_2(torch.relu(self.layer_1(x)))


model = Circles()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

for epoch in range(30):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        logits = model(X_train[rows]).squeeze(1)
        loss = criterion(logits, y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
with torch.inference_mode():
    right = (model(X_test).squeeze(1) > 0) == (y_test == 1)
print(f"accuracy {right.float().mean():.4f}")
