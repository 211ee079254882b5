"""What does a data scientist earn?"""

import sys

import pandas as pd
import torch
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, MinMaxScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(42)

df = pd.read_csv(sys.argv[1])
features = ["experience_level", "employment_type", "remote_ratio", "company_size"]
for column in ["experience_level", "employment_type", "company_size"]:
    df[column] = LabelEncoder().fit_transform(df[column])

X = df[features].values
y = df[["salary_in_usd"]].values

scaler = MinMaxScaler()
y = scaler.fit_transform(y)

X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)
X_train = torch.tensor(X_train, dtype=torch.float32)
y_train = torch.tensor(y_train, dtype=torch.float32)
train_loader = DataLoader(TensorDataset(X_train, y_train), batch_size=4, shuffle=True)

model = nn.Sequential(
    nn.Linear(len(features), 2),
    nn.Linear(2, 1),
)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.001)

for epoch in range(10):
    for inputs, targets in train_loader:
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
    print(f"Epoch {epoch + 1}, Loss: {loss.item():.4f}")

with torch.no_grad():
    predictions = model(X_train)
    loss = criterion(predictions, y_train)
print(f"Loss: {loss.item():.4f}")
dollars = scaler.inverse_transform(predictions.numpy())
actual = scaler.inverse_transform(y_train.numpy())
for predicted, true in zip(dollars[:5, 0], actual[:5, 0], strict=True):
    print(f"Predicted: ${predicted:,.0f}, actual: ${true:,.0f}")
