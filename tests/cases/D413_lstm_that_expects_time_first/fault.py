"""Does the sum of a short series end above zero? An LSTM."""

import sys

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
torch.manual_seed(seed)
series = torch.randn(1000, 10, 2)
label = ((series[:, :, 0] * (series[:, :, 1] > 0)).sum(dim=1) > 0).float()
train_dl = DataLoader(TensorDataset(series[:700], label[:700]), batch_size=35, shuffle=True)
test_dl = DataLoader(TensorDataset(series[700:], label[700:]), batch_size=50)


class SeriesClassifier(nn.Module):
    def __init__(self, input_dim, hidden_dim, num_layers=1):
        super().__init__()
        self.lstm = nn.LSTM(input_dim, hidden_dim, num_layers)
        self.fc = nn.Linear(hidden_dim, 1)

    def forward(self, x):
        out, (h_n, c_n) = self.lstm(x)
        out = self.fc(out[:, -1, :])
        return out.squeeze(1)


model = SeriesClassifier(input_dim=2, hidden_dim=20)
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

num_epochs = 15
for epoch in range(num_epochs):
    model.train()
    for batch_x, batch_y in train_dl:
        outputs = model(batch_x)
        loss = criterion(outputs, batch_y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
correct = total = 0
with torch.no_grad():
    for batch_x, batch_y in test_dl:
        predicted = (model(batch_x) > 0).float()
        total += batch_y.size(0)
        correct += (predicted == batch_y).sum().item()
print(f"accuracy {correct / total:.4f}")
