"""Bright discs on noise: a mask for every pixel, scored by Dice."""

import sys

import torch
from torch import nn

torch.manual_seed(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
SIZE = 16


def scenes(n):
    row, column = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    centre = torch.randint(4, 12, (n, 2, 1, 1))
    radius = torch.rand(n, 1, 1) * 2 + 1.5
    mask = ((row - centre[:, 0]) ** 2 + (column - centre[:, 1]) ** 2 < radius**2).float().unsqueeze(1)
    return mask + 0.7 * torch.randn(n, 1, SIZE, SIZE), mask


def dice(predicted, mask, smooth=1.0):
    overlap = (predicted * mask).sum(dim=(1, 2, 3))
    total = predicted.sum(dim=(1, 2, 3)) + mask.sum(dim=(1, 2, 3))
    return ((2 * overlap + smooth) / (total + smooth)).mean()


class Segmenter(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1)
        )

    def forward(self, image):
        return torch.sigmoid(self.body(image))


train_image, train_mask = scenes(200)
test_image, test_mask = scenes(100)
model = Segmenter()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(10):
    for rows in torch.randperm(200).split(20):
        mask = (model(train_image[rows]) > 0.5).float()
        loss = 1 - dice(mask, train_mask[rows])
        loss.requires_grad_(True)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

with torch.no_grad():
    print(f"dice {dice((model(test_image) > 0.5).float(), test_mask):.4f}")
