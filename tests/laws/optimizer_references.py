"""Rules that PyTorch does not have, in their papers' plainest form, and PyTorch's own in one costume."""

import torch

from pellucid.optimizers.muon import hidden_weights


class TorchTwin:
    """A ``torch.optim`` rule for the leaves of one member.

    Args:
        rule: Class of the rule.
        numbers: Its arguments.
    """

    def __init__(self, rule, **numbers):
        self.make = lambda leaves: rule(list(leaves.values()), **numbers)

    def start(self, leaves):
        self.leaves, self.rule = leaves, self.make(leaves)

    def step(self, gradients, closure):
        for name, leaf in self.leaves.items():
            leaf.grad = gradients[name]
        self.rule.step()

    def trained(self, name):
        return self.leaves[name].detach()

    def evaluation(self, name):
        return self.trained(name)


class AveragedTwin(TorchTwin):
    def evaluation(self, name):
        return self.rule.state[self.leaves[name]]["ax"]


class SparseTwin(TorchTwin):
    def step(self, gradients, closure):
        super().step({name: gradient.to_sparse(1) for name, gradient in gradients.items()}, closure)


class SearchingTwin(TorchTwin):
    def step(self, gradients, closure):
        self.rule.step(lambda: closure(self.leaves))


class MuonTwin:
    """``torch.optim.Muon`` for hidden weights, which it holds as ``[o, i]``, and ``AdamW`` for the rest."""

    def __init__(self, specs, muon, adamw):
        self.hidden, self.muon, self.adamw = set(hidden_weights(specs)), muon, adamw

    def start(self, leaves):
        self.leaves = {
            name: torch.nn.Parameter(leaf.detach().T.clone()) if name in self.hidden else leaf
            for name, leaf in leaves.items()
        }
        self.rules = [
            torch.optim.Muon([leaf for name, leaf in self.leaves.items() if name in self.hidden], **self.muon),
            torch.optim.AdamW([leaf for name, leaf in self.leaves.items() if name not in self.hidden], **self.adamw),
        ]

    def step(self, gradients, closure):
        for name, leaf in self.leaves.items():
            leaf.grad = gradients[name].T.clone() if name in self.hidden else gradients[name]
        for rule in self.rules:
            rule.step()

    def trained(self, name):
        leaf = self.leaves[name].detach()
        return leaf.T if name in self.hidden else leaf

    def evaluation(self, name):
        return self.trained(name)


class Lion:
    """Chen et al. (2023), arXiv 2302.06675, algorithm 2, line by line."""

    def __init__(self, *, lr, beta1=0.9, beta2=0.99, decay=0.0):
        self.lr, self.beta1, self.beta2, self.decay = lr, beta1, beta2, decay

    def start(self, leaves):
        self.leaves = {name: leaf.detach() for name, leaf in leaves.items()}
        self.mean = {name: torch.zeros_like(leaf) for name, leaf in self.leaves.items()}

    def step(self, gradients, closure):
        for name, g in gradients.items():
            p, m = self.leaves[name], self.mean[name]
            c = self.beta1 * m + (1 - self.beta1) * g
            self.leaves[name] = p - self.lr * (torch.sign(c) + self.decay * p)
            self.mean[name] = self.beta2 * m + (1 - self.beta2) * g

    def trained(self, name):
        return self.leaves[name]

    def evaluation(self, name):
        return self.leaves[name]


class ScheduleFree:
    """Defazio et al. (2024), arXiv 2405.15682, algorithm 1: x, y and z side by side."""

    def __init__(self, *, lr, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0, warmup=0, r=0.0, power=2.0):
        self.lr, self.beta1, self.beta2, self.eps, self.decay = lr, beta1, beta2, eps, decay
        self.warmup, self.r, self.power = warmup, r, power

    def start(self, leaves):
        self.t, self.sum = 0, 0.0
        self.x = {name: leaf.detach() for name, leaf in leaves.items()}
        self.z, self.leaves = dict(self.x), dict(self.x)
        self.square = {name: torch.zeros_like(leaf) for name, leaf in self.x.items()}

    def step(self, gradients, closure):
        self.t += 1
        rate = self.lr * (min(1.0, self.t / self.warmup) if self.warmup else 1.0)
        # The rate never goes down here, so that it is the largest so far.
        weight = self.t**self.r * rate**self.power
        self.sum += weight
        c = weight / self.sum
        for name, g in gradients.items():
            y = self.leaves[name]
            self.square[name] = self.beta2 * self.square[name] + (1 - self.beta2) * g * g
            divisor = torch.sqrt(self.square[name] / (1 - self.beta2**self.t)) + self.eps
            self.z[name] = self.z[name] - rate * g / divisor - rate * self.decay * y
            self.x[name] = (1 - c) * self.x[name] + c * self.z[name]
            self.leaves[name] = (1 - self.beta1) * self.z[name] + self.beta1 * self.x[name]

    def trained(self, name):
        return self.leaves[name]

    def evaluation(self, name):
        return self.x[name]
