"""Few labelled rows, many columns; the usual loop over two phases."""

import sys

import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
x, y = make_classification(1000, 40, n_informative=12, n_redundant=0, n_classes=3, class_sep=1.5, random_state=seed)
x, y = torch.tensor(x * 30 + 20, dtype=torch.float32), torch.tensor(y)
loaders = {
    "train": DataLoader(TensorDataset(x[:600], y[:600]), batch_size=50, shuffle=True),
    "val": DataLoader(TensorDataset(x[600:], y[600:]), batch_size=100),
}
model = nn.Sequential(
    nn.BatchNorm1d(40), nn.Linear(40, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Dropout(0.2), nn.Linear(48, 3)
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)

history = {"train": [], "val": []}
for epoch in range(20):
    for phase in ("train", "val"):
        model.train(phase == "train")
        running_loss, correct = 0.0, 0
        for inputs, labels in loaders[phase]:
            optimizer.zero_grad()
            with torch.set_grad_enabled(phase == "train"):
                outputs = model(inputs)
                loss = criterion(outputs, labels)
                if phase == "train":
                    loss.backward()
                    optimizer.step()
            running_loss += loss.item() * len(labels)
            correct += (outputs.argmax(1) == labels).sum().item()
        rows = len(loaders[phase].dataset)
        history[phase].append((running_loss / rows, correct / rows))

print(f"loss {history['val'][-1][0]:.4f}")
print(f"accuracy {history['val'][-1][1]:.4f}")
