"""Spam or not, by log-probabilities."""

import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
rates = torch.rand(2, 30) * 1.5


def mails(n):
    spam = torch.randint(2, (n,))
    return torch.log1p(torch.poisson(rates[spam])), spam


train_loader = DataLoader(TensorDataset(*mails(800)), batch_size=40, shuffle=True)
test_loader = DataLoader(TensorDataset(*mails(600)), batch_size=100)

net = nn.Sequential(
    nn.Linear(30, 32),
    nn.ReLU(),
    nn.Linear(32, 2),
    nn.LogSoftmax(dim=1),
)
nll = nn.NLLLoss()
adagrad = torch.optim.Adagrad(net.parameters(), lr=0.05)

for epoch in range(10):
    net.train()
    epoch_loss = 0.0
    for words, spam in train_loader:
        adagrad.zero_grad()
        loss = nll(net(words), spam)
        loss.backward()
        adagrad.step()
        epoch_loss += loss.item() * len(spam)
    print(f"epoch {epoch} loss {epoch_loss / 800:.4f}")

net.eval()
hits = 0
with torch.no_grad():
    for words, spam in test_loader:
        is_spam = net(words)[:, 1].exp() > 0.5
        hits += (is_spam == spam.bool()).sum().item()
print(f"accuracy {hits / 600:.4f}")
