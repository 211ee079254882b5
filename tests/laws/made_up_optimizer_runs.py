"""Members of every update rule in training on a made-up polynomial, alone and together."""

from functools import cache
from itertools import pairwise

import numpy as np
import torch
from made_up_stacks import BY_KIND, TRAINED, USED, stack, tilt, write_gradients

from pellucid.networks.layout import Tensors
from pellucid.optimizers import OPTIMIZERS, Hyper, StackOptimizer
from pellucid.optimizers.sums import per_member_sums

STEPS = 20

# Members of one stack: every rule, with numbers and structure that differ.
MIXED = (
    "sgd(lr=0.05)",
    "sgd(lr=0.02)",
    "sgd(lr=0.05, momentum=0.9, weight_decay=0.1)",
    "sgd(lr=0.03, momentum=0.5, dampening=0.3)",
    "sgd(lr=0.02, momentum=0.8, nesterov=true)",
    "momentum(lr=0.02)",
    "momentum(lr=0.03)",
    "nesterov(lr=0.02)",
    "nesterov(lr=0.01, momentum=0.7)",
    "adagrad(lr=0.05)",
    "adagrad(lr=0.1, lr_decay=0.01, initial=0.1)",
    "adadelta",
    "adadelta(lr=0.5, rho=0.7)",
    "rmsprop(lr=0.003)",
    "rmsprop(lr=0.002, momentum=0.7)",
    "rmsprop(lr=0.001, centered=true, momentum=0.5)",
    "adam",
    "adam",
    "adam(lr=0.02, beta1=0.8, weight_decay=0.05)",
    "adam(lr=0.01, amsgrad=true)",
    "adam(lr=0.02, beta2=0.9, amsgrad=true)",
    "adamw(lr=0.01)",
    "adamw(lr=0.003, eps=1e-6, weight_decay=0.3)",
    "adamax",
    "adamax(lr=0.01, beta1=0.7)",
    "nadam",
    "nadam(lr=0.01, momentum_decay=0.1)",
    "radam(lr=0.01)",
    "radam(lr=0.02, beta2=0.9)",
    "radam(lr=0.02, beta2=0.5)",
    "asgd(t0=5)",
    "asgd(lr=0.05, t0=12, weight_decay=0.02)",
    "rprop",
    "rprop(lr=0.05, eta_plus=1.4, step_max=0.1)",
    "lbfgs(lr=0.1, history=5)",
    "lbfgs(lr=0.5, history=5)",
    "lbfgs(line_search=strong_wolfe)",
    "lbfgs(lr=8, line_search=strong_wolfe)",
    "lbfgs(lr=0.3, line_search=strong_wolfe, trials=3)",
    "sparse_adam(lr=0.01)",
    "sparse_adam(lr=0.02, beta1=0.8, weight_decay=0.1)",
    "lion(lr=0.003)",
    "lion(lr=0.01, beta1=0.5)",
    "muon(lr=0.02)",
    "muon(lr=0.01, momentum=0.8, weight_decay=0.02)",
    "muon(lr=0.01, nesterov=false, iterations=3, adjust_lr=match_rms_adamw)",
    "schedule_free_adamw(lr=0.01)",
    "schedule_free_adamw(lr=0.02, beta1=0.8, warmup_steps=7)",
)


class Run:
    """A stack in training on the made-up polynomial, float32; its members may have begun at different times.

    Args:
        members: Which of the mixed.
    """

    def __init__(self, members):
        self.members, self.ages = list(members), [0] * len(members)
        self.chosen = [OPTIMIZERS(MIXED[member]) for member in members]
        self.parameters = stack(len(MIXED), groups=BY_KIND, dtype=torch.float32).take(members)
        self.rule = StackOptimizer(self.chosen, self.parameters)

    def step(self):
        """One update."""
        self.gradients = self.parameters.like()
        self.look()
        self.rule.update(self.parameters, self.gradients, Hyper(self.values(self.ages)), self.again)
        self.ages = [age + 1 for age in self.ages]

    def epoch(self, length, steps=None):
        """So many steps, made ready together; ``steps``: how many of them are made before it is stopped."""
        self.gradients = self.parameters.like()
        rows = [self.values([age + step for age in self.ages]) for step in range(length)]
        tables = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
        epoch = self.rule.begin(self.parameters, self.gradients, tables)
        for number in range(length if steps is None else steps):
            self.look()
            epoch.step(number, self.again)
            self.ages = [age + 1 for age in self.ages]

    def values(self, ages):
        """A schedule of the rate, and one of the momentum that begins with none and pauses once for some."""
        ages = np.array(ages)
        rates = np.array([one.numbers["lr"] for one in self.chosen])
        momenta = np.array([one.numbers.get("momentum", np.nan) for one in self.chosen])
        without = (ages < 3) | ((ages == 7) & (rates > 0.04))
        return {"lr": rates * (1.0 - 0.01 * ages), "momentum": np.where(without, 0.0, momenta)}

    def look(self):
        for (first, last), age in self.generations():
            write_gradients(self.parameters.slice(first, last), self.gradients.slice(first, last), age)

    def again(self):
        self.look()
        return np.concatenate(
            [losses(self.parameters.slice(first, last), age) for (first, last), age in self.generations()]
        )

    def generations(self):
        """Neighbours of equal age."""
        bounds = [n for n in range(len(self.ages)) if n == 0 or self.ages[n] != self.ages[n - 1]]
        return [((first, last), self.ages[first]) for first, last in pairwise([*bounds, len(self.ages)])]

    def take(self, places):
        self.members, self.ages = [self.members[p] for p in places], [self.ages[p] for p in places]
        self.chosen = [self.chosen[place] for place in places]
        self.parameters, self.rule = self.parameters.take(places), self.rule.take(places)

    def join(self, *others):
        """Others' members behind one's own."""
        runs = [self, *others]
        for name in ("members", "ages", "chosen"):
            setattr(self, name, [each for run in runs for each in getattr(run, name)])
        self.parameters = Tensors.join([run.parameters for run in runs])
        self.rule = StackOptimizer.join([run.rule for run in runs])

    def predicting(self):
        return self.rule.evaluation(self.parameters) or self.parameters

    def compare(self, histories):
        """Every member has the bits that it has alone at its age."""
        for tensors, which in ((self.parameters, 0), (self.predicting(), 1)):
            arrays = tensors.arrays()
            for place, (member, age) in enumerate(zip(self.members, self.ages, strict=True)):
                for name, expected in histories(member, age)[which].items():
                    found = arrays[name][place]
                    assert np.array_equal(found, expected), f"{MIXED[member]}: {name}, {np.abs(found - expected).max()}"


def losses(parameters, step):
    found = torch.zeros(parameters.members, dtype=torch.float64)
    for name in TRAINED:
        p = parameters.views[name]
        if not name.startswith("0.category"):
            found += per_member_sums(torch.where(USED[name], p * p * (p * p * 0.125 - 0.5) + tilt(step) * p, 0.0 * p))
    return found.numpy()


@cache
def history(member):
    """A member by itself, one update after the other: what it trains and what it predicts with, after each step."""
    run = Run([member])
    seen = []
    for age in range(STEPS + 1):
        if age:
            run.step()
        seen.append((run.parameters.arrays(0), run.predicting().arrays(0)))
    return seen


def alone(member, age):
    return history(member)[age]
