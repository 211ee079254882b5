"""Fashion-MNIST: a plain network."""

import sys

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(42)

data = np.load(sys.argv[1])
images = torch.tensor(data["images"], dtype=torch.float32) / 255
labels = torch.tensor(data["labels"], dtype=torch.long)
train_set = TensorDataset(images[:3443], labels[:3443])
test_set = TensorDataset(images[3443:], labels[3443:])
train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
test_loader = DataLoader(test_set, batch_size=64)


class FashionNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 10)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.flatten(x)
        x = self.relu(self.fc1(x))
        x = self.relu(self.fc2(x))
        return self.fc3(x)


model = FashionNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)


def evaluate(loader):
    model.eval()
    total_loss, correct = 0.0, 0
    with torch.no_grad():
        for images, labels in loader:
            outputs = model(images)
            total_loss += criterion(outputs, labels).item()
            correct += (outputs.argmax(dim=1) == labels).sum().item()
    return total_loss / len(loader), correct / len(loader.dataset)


for epoch in range(10):
    model.train()
    for images, labels in train_loader:
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
    print(f"Epoch {epoch + 1}, Loss: {loss.item():.4f}")

train_loss, train_accuracy = evaluate(train_loader)
test_loss, test_accuracy = evaluate(test_loader)
print(f"Train loss: {train_loss:.4f}, accuracy: {train_accuracy:.2%}")
print(f"Test loss: {test_loss:.4f}, accuracy: {test_accuracy:.2%}")
