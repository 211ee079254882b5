"""L117: a first loss far from what an untrained network should give."""

import math
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.trivial import best_constant_loss
from pellucid.records import Severity

__all__ = ["RULE"]

_TIMES, _FEWEST_ROWS = 5.0, 8


def see(session: Session) -> Iterator[Suspicion]:
    """First losses that are many times that of the best constant."""
    for site in session.trained_losses():
        call = next((each for each in site.training if each.step == 0 and each.value.numel() == 1), None)
        if call is None or call.target is None or len(call.target) < _FEWEST_ROWS:
            continue
        first, trivial = float(call.value), best_constant_loss(site, call.target)
        if trivial is None or trivial <= 0 or not math.isfinite(first) or first <= _TIMES * trivial:
            continue
        yield Suspicion(
            f"The first loss is {first:.4g}, {first / trivial:.0f} times that of always predicting the same "
            f"({trivial:.4g}): the untrained network is sure of what it cannot know.",
            seen=f"loss {first:.4g} before the first update, best constant {trivial:.4g}",
            fix="Scale inputs and targets to spread 1, and leave first weights as PyTorch draws them.",
            place=site.place,
            evidence={"first": first, "constant": trivial},
        )


RULE = Rule(
    code="L117",
    slug="surprising-initial-loss",
    severity=Severity.INFO,
    stages="P",
    summary="first loss far from what an untrained network should give (ln C, ln 2, var y)",
    causes=("D415",),
    page=Page(
        what="An untrained network should say about the same for every row: ln C for C classes, the variance for a "
        "regression. Much more means that its outputs are large before it has learned anything.",
        wrong="import torch\nfrom torch import nn\n\nx, y = 1000 * torch.randn(64, 4), torch.randint(0, 3, (64,))\n"
        "print(nn.CrossEntropyLoss()(nn.Linear(4, 3)(x), y))",
        right="import torch\nfrom torch import nn\n\nx, y = torch.randn(64, 4), torch.randint(0, 3, (64,))\n"
        "print(nn.CrossEntropyLoss()(nn.Linear(4, 3)(x), y))",
        hurts="The first steps undo the beginning, and leave units dead or saturated.",
        detection="The first training loss is more than 5 times that of the best constant on the same targets.",
        limits="A note only: it says that something is off, not what.",
        sources=("Karpathy (2019), A Recipe for Training Neural Networks: verify loss at init",),
    ),
    see=see,
)
