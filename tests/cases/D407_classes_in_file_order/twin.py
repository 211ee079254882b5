"""Ten digits with a loader and plain gradient descent."""

import sys

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, Dataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed, stratify=y)


class DigitsByClass(Dataset):
    """One class after another, as the folders on disk would give them."""

    def __init__(self, images, labels):
        self.items = []
        for digit in range(10):
            self.items += [(torch.tensor(image).float() / 16, digit) for image in images[labels == digit]]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


loader = DataLoader(DigitsByClass(X_train, y_train), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
for epoch in range(6):
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    outputs = model(torch.tensor(X_test).float() / 16)
print(f"accuracy {(outputs.argmax(1) == torch.tensor(y_test)).float().mean():.4f}")
