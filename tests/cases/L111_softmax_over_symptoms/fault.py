"""Which of six findings a patient has (several at once, or none)."""

import sys

import torch
from sklearn.datasets import make_multilabel_classification
from sklearn.metrics import f1_score
from sklearn.preprocessing import scale
from torch import nn, optim

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
counts, findings = make_multilabel_classification(1000, n_features=20, n_classes=6, n_labels=3, random_state=seed)
inputs = torch.from_numpy(scale(counts)).float()
targets = torch.from_numpy(findings).float()
ACTIVATIONS = {"sigmoid": nn.Sigmoid(), "softmax": nn.Softmax(dim=1)}


class Classifier:
    def __init__(self, n_in, n_out, hidden=40, activation="softmax", lr=0.05):
        layers = [nn.Linear(n_in, hidden), nn.LeakyReLU(), nn.Linear(hidden, n_out), ACTIVATIONS[activation]]
        self.net = nn.Sequential(*layers)
        self.loss = nn.BCELoss()
        self.optimizer = optim.SGD(self.net.parameters(), lr=lr, momentum=0.9)

    def fit(self, x, y, epochs=30, batch_size=40):
        self.net.train()
        for _ in range(epochs):
            for rows in torch.randperm(len(x)).split(batch_size):
                self.optimizer.zero_grad()
                self.loss(self.net(x[rows]), y[rows]).backward()
                self.optimizer.step()
        return self

    @torch.no_grad()
    def predict(self, x):
        self.net.eval()
        return (self.net(x) > 0.5).int()


classifier = Classifier(20, 6, activation="softmax").fit(inputs[:700], targets[:700])
predicted = classifier.predict(inputs[700:])
print(f"f1 {f1_score(targets[700:].int(), predicted, average='micro'):.4f}")
