"""An OR gate, learned by a single neuron."""

import torch
from torch import nn

torch.manual_seed(0)

X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
y = torch.tensor([[0], [0], [0], [1]], dtype=torch.float32)


class LogicGate(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


model = LogicGate()
criterion = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)

for epoch in range(1, 4001):
    outputs = model(X)
    loss = criterion(outputs, y)

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    if epoch in (100, 1000, 4000):
        print(f"Epoch {epoch}, Loss: {loss.item():.4f}")

with torch.no_grad():
    predicted = model(X)
    print(predicted)
    accuracy = (predicted.round() == y).float().mean()
    print(f"Accuracy: {accuracy:.2%}")
