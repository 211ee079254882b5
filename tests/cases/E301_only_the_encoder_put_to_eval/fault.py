"""Breast cancer: an encoder and a classifier, two modules."""

import sys

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
data = load_breast_cancer()
x_train, x_test, y_train, y_test = train_test_split(data.data, data.target, test_size=0.4, random_state=seed)
scaler = StandardScaler().fit(x_train)
x_train, x_test = (torch.tensor(scaler.transform(x), dtype=torch.float32) for x in (x_train, x_test))
y_train, y_test = torch.tensor(y_train), torch.tensor(y_test)

encoder = nn.Sequential(nn.Linear(30, 32), nn.BatchNorm1d(32), nn.ReLU())
classifier = nn.Sequential(nn.Dropout(0.5), nn.Linear(32, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 2))
parameters = list(encoder.parameters()) + list(classifier.parameters())
optimizer = torch.optim.Adam(parameters, lr=0.003)
criterion = nn.CrossEntropyLoss()


def evaluate(x, y):
    encoder.eval()
    with torch.no_grad():
        scores = classifier(encoder(x))
    return criterion(scores, y).item(), (scores.argmax(1) == y).float().mean().item()


for epoch in range(20):
    encoder.train()
    classifier.train()
    for rows in torch.randperm(len(x_train)).split(31):
        optimizer.zero_grad()
        loss = criterion(classifier(encoder(x_train[rows])), y_train[rows])
        loss.backward()
        optimizer.step()

test_loss, accuracy = evaluate(x_test, y_test)
print(f"accuracy {accuracy:.4f}")
print(f"nll {test_loss:.4f}")
