"""Backpropagation through a small network, step by step: sigmoid."""

import torch
from torch import nn

x = torch.tensor([[5.0, 4.0, 1.0, 3.0, 2.0]])
y = torch.tensor([[1.0]])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(5, 3, bias=False)
        self.layer2 = nn.Linear(3, 2, bias=False)
        self.layer3 = nn.Linear(2, 1, bias=False)
        self.activation = nn.Sigmoid()

    def forward(self, x):
        x = self.activation(self.layer1(x))
        x = self.activation(self.layer2(x))
        return torch.sigmoid(self.layer3(x))


model = Net()
with torch.no_grad():
    for parameter in model.parameters():
        parameter.fill_(2.0)

criterion = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)

output = model(x)
loss = criterion(output, y)
print("Output:", output.item())
print("Loss:", loss.item())

optimizer.zero_grad()
loss.backward()
for name, parameter in model.named_parameters():
    print("Gradient of", name, parameter.grad)

optimizer.step()
for name, parameter in model.named_parameters():
    print("Updated", name, parameter.data)
