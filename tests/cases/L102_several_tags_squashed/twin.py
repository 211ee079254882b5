"""Several tags per document."""

import sys

import torch
import torch.nn.functional as F
from sklearn.datasets import make_multilabel_classification
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from torch import nn

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)

X, Y = make_multilabel_classification(900, n_features=30, n_classes=6, n_labels=2, random_state=seed)
X = (X - X.mean()) / X.std()
X_tr, X_te, Y_tr, Y_te = train_test_split(torch.tensor(X).float(), torch.tensor(Y).float(), random_state=seed)


class TagNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(30, 48)
        self.fc2 = nn.Linear(48, 6)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        return self.fc2(x)


net = TagNet()
opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
for epoch in range(15):
    perm = torch.randperm(X_tr.size(0))
    for i in range(0, X_tr.size(0), 50):
        idx = perm[i : i + 50]
        logits = net(X_tr[idx])
        loss = F.binary_cross_entropy_with_logits(logits, Y_tr[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()

net.eval()
with torch.no_grad():
    tags = (torch.sigmoid(net(X_te)) > 0.5).int()
print(f"f1 {f1_score(Y_te.int().numpy(), tags.numpy(), average='micro'):.4f}")
