"""One pass through a small network, with every number printed, then a few steps."""

import torch
from torch import nn

torch.manual_seed(11052023)
X = torch.tensor(
    [
        [0.7550, 0.2580, -0.0376, -0.5695, 0.0454],
        [-0.6897, 1.4822, 0.7860, -2.0889, -0.4481],
        [0.4464, 0.7335, -0.9837, 1.7818, -0.9048],
        [-0.7997, 1.1157, -0.4644, 1.1144, -0.6903],
    ]
)
y = torch.tensor([2, 2, 1, 0])

first, second = nn.Linear(5, 4), nn.Linear(4, 3)
optimizer = torch.optim.SGD([*first.parameters(), *second.parameters()], lr=0.5)
criterion = nn.CrossEntropyLoss()

for step in range(100):
    hidden = torch.relu(first(X))
    scores = second(hidden)
    outputs = torch.softmax(scores, dim=1)
    loss = criterion(outputs, y)
    if step == 0:
        print(scores[0], outputs[0], loss)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

right = outputs.detach()[torch.arange(4), y]
print(f"right {right.mean():.4f}")
