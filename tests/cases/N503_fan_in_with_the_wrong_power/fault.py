"""Digits by a network that initialises itself."""

import sys

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)
mean, std = X_train.mean(), X_train.std()
train_ds = TensorDataset(torch.FloatTensor((X_train - mean) / std), torch.LongTensor(y_train))
test_x, test_y = torch.FloatTensor((X_test - mean) / std), torch.LongTensor(y_test)


def init_weights(m):
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, mean=0.0, std=m.in_features**0.5)
        nn.init.zeros_(m.bias)


def build(sizes=(64, 64, 32, 10)):
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
    net = nn.Sequential(*layers[:-1])
    net.apply(init_weights)
    return net


net = build()
optimizer = torch.optim.SGD(net.parameters(), lr=0.03, momentum=0.9, nesterov=True)
criterion = nn.CrossEntropyLoss()
for epoch in range(8):
    for x, target in DataLoader(train_ds, batch_size=32, shuffle=True):
        loss = criterion(net(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

net.eval()
with torch.no_grad():
    print(f"accuracy {(net(test_x).argmax(1) == test_y).float().mean():.4f}")
