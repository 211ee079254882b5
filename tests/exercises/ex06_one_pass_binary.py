"""One forward pass of a network that says yes or no."""

import torch
from torch import nn

X = torch.tensor(
    [
        [0.7550, 0.2580, -0.0376, -0.5695, 0.0454],
        [-0.6897, 1.4822, 0.7860, -2.0889, -0.4481],
        [0.4464, 0.7335, -0.9837, 1.7818, -0.9048],
        [-0.7997, 1.1157, -0.4644, 1.1144, -0.6903],
    ]
)
y = torch.tensor([[1.0], [1.0], [0.0], [0.0]])

torch.manual_seed(11052023)
model = nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 1), nn.Sigmoid())

probabilities = model(X)
print("Probabilities:", probabilities)

predictions = (probabilities > 0.5).float()
print("Predictions:", predictions)

criterion = nn.MSELoss()
loss = criterion(predictions, y)
print(f"Loss: {loss.item():.4f}")
