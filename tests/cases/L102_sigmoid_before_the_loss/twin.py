"""Two moons."""

import sys

import torch
from sklearn.datasets import make_moons
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, y = make_moons(800, noise=0.2, random_state=seed)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
X_train, X_test, y_train, y_test = X[:600], X[600:], y[:600], y[600:]


class Moons(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 1))

    def forward(self, x):
        return self.layers(x).squeeze(-1)


model = Moons()
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(30):
    model.train()
    for rows in torch.randperm(len(X_train)).split(32):
        optimizer.zero_grad()
        y_logits = model(X_train[rows])
        loss = loss_fn(y_logits, y_train[rows])
        loss.backward()
        optimizer.step()

model.eval()
with torch.inference_mode():
    probabilities = torch.sigmoid(model(X_test))
log_loss = nn.BCELoss()(probabilities, y_test)
print(f"log_loss {log_loss:.4f}")
