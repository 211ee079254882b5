"""Backpropagation through a small network, written out by hand."""

import torch

x = torch.tensor([[5.0, 4.0, 1.0, 3.0, 2.0]])
y = torch.tensor([[1.0]])

W1 = torch.full((5, 3), 2.0)
W2 = torch.full((3, 2), 2.0)
W3 = torch.full((2, 1), 2.0)
learning_rate = 0.2


def relu(z):
    return torch.clamp(z, min=0)


def relu_derivative(a):
    return (a >= 0).float()


def sigmoid(z):
    return 1 / (1 + torch.exp(-z))


# Forward pass
z1 = x @ W1
a1 = relu(z1)
z2 = a1 @ W2
a2 = relu(z2)
z3 = a2 @ W3
output = sigmoid(z3)
loss = -(y * torch.log(output) + (1 - y) * torch.log(1 - output + 1e-8)).mean()
print("Output:", output.item())
print("Loss:", loss.item())

# Backward pass
delta3 = output - y
gradient_3 = a2.T @ delta3
delta2 = (delta3 @ W3.T) * relu_derivative(a2)
gradient_2 = a1.T @ delta2
delta1 = (delta2 @ W2.T) * relu_derivative(a1)
gradient_1 = x.T @ delta1
print("Gradients:", gradient_1, gradient_2, gradient_3)

# Update
W1 -= learning_rate * gradient_1
W2 -= learning_rate * gradient_2
W3 -= learning_rate * gradient_3
print("Updated weights:", W1, W2, W3)
