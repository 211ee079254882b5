"""E305: the same rows, and a loss that differs widely between training and evaluation mode."""

from collections.abc import Iterator

from torch import Tensor, nn
from torch.nn import functional

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.probing.copies import copied, experiment, forward
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_TIMES, _FEWEST_ROWS, _FEWEST_STEPS = 1.5, 64, 10
# Below this share of the first loss differences are of no consequence.
_MATTERS = 0.2


def see(session: Session) -> Iterator[Suspicion]:
    """Networks with batch norm whose evaluation loss on training rows is far above that in training mode."""
    if session.updates < _FEWEST_STEPS:
        return
    for number, model in enumerate(session.models):
        norms = [
            path for path, each in model.module.named_modules() if isinstance(each, nn.modules.batchnorm._BatchNorm)
        ]
        rows, targets = model.inputs, model.targets
        site = next(
            (each for each in session.trained_losses() if any(call.model == number for call in each.calls)), None
        )
        if (
            not norms
            or rows is None
            or targets is None
            or site is None
            or len(rows) < _FEWEST_ROWS
            or len(rows) != len(targets)
        ):
            continue
        with experiment():
            training = _loss(site, forward(copied(model.module, training=True), rows), targets)
            judging = _loss(site, forward(copied(model.module), rows), targets)
        first = next((float(call.value.mean()) for call in site.training if call.step == 0), None)
        if (
            training is None
            or judging is None
            or first is None
            or judging < _TIMES * training
            or judging < _MATTERS * first
        ):
            continue
        yield Suspicion(
            f"On the same {len(rows)} training rows the loss is {training:.4g} in training mode and {judging:.4g} in "
            "evaluation mode: batch norm's running statistics are not those of the data.",
            seen=f"evaluation {judging / training:.1f} times training; running statistics of {', '.join(norms[:3])}",
            fix="nn.BatchNorm1d(width)  # momentum 0.1 as it is, batches of 16 and more; or "
            "torch.optim.swa_utils.update_bn(loader, model)",
            place=model.place,
            layer=norms[0],
            evidence={"training": training, "evaluation": judging},
        )


def _loss(site: LossSite, outputs: Tensor, targets: Tensor) -> float | None:
    function = getattr(functional, site.kind, None)
    if function is None:
        return None
    try:
        return float(function(outputs, targets))
    except (RuntimeError, ValueError, TypeError, IndexError):
        try:
            return float(function(outputs.reshape(targets.shape), targets))
        except (RuntimeError, ValueError, TypeError, IndexError):
            return None


RULE = Rule(
    code="E305",
    slug="train-eval-gap",
    severity=Severity.WARNING,
    stages="P",
    summary="same rows, loss in train and eval mode far apart",
    page=Page(
        what="Batch norm uses the batch's statistics in training mode and running averages in evaluation mode. If "
        "these have not caught up (momentum too small, too few steps) or were spoiled, the evaluated network is "
        "another one than the trained.",
        wrong="nn.BatchNorm1d(32, momentum=0.001)",
        right="nn.BatchNorm1d(32)",
        hurts="A network that has learned everything and is evaluated as if it had not.",
        detection="The loss of training rows that were kept, on copies in both modes: 1.5 times as large in "
        "evaluation mode and at least a fifth of the first loss.",
        limits="Dropout makes the gap go the other way, and is not looked at.",
        sources=("TheDeepChecker (2022): loss rises by half between modes",),
    ),
    see=see,
)
