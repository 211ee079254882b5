"""Which of six clusters does a point belong to?"""

import sys

import torch
import torch.nn as nn
from sklearn.datasets import make_blobs
from sklearn.model_selection import train_test_split

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = make_blobs(1200, centers=6, cluster_std=1.0, center_box=(-8, 8), random_state=seed)
X = X / 8.0
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=seed)
to_float = lambda a: torch.tensor(a, dtype=torch.float32)

net = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 6))
loss_function = nn.CrossEntropyLoss()
optimiser = torch.optim.Adam(net.parameters(), lr=0.005)
inputs, labels = to_float(X_train), torch.tensor(y_train)
for epoch in range(40):
    shuffled = torch.randperm(inputs.shape[0])
    for k in range(0, inputs.shape[0], 60):
        take = shuffled[k : k + 60]
        optimiser.zero_grad()
        loss = loss_function(net(inputs[take]), labels[take])
        loss.backward()
        optimiser.step()

with torch.no_grad():
    guess = net(to_float(X_test)).argmax(dim=1)
print(f"accuracy {(guess == torch.tensor(y_test)).float().mean().item():.4f}")
