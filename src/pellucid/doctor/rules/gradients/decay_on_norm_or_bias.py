"""G211: weight decay on norms and biases; L2 inside Adam."""

from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import OptimizerSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_COUPLED = {"Adam", "NAdam", "RAdam", "Adamax"}
_NORMS = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm)
# Below it decay changes next to nothing.
_STRONG = 1e-3


def see(session: Session) -> Iterator[Suspicion]:
    """Optimizers of the Adam family with weight_decay inside the gradient; norms under strong decay."""
    for optimizer in session.optimizers:
        decay = max((float(group.get("weight_decay") or 0) for group in optimizer.first), default=0.0)
        if not decay:
            continue
        decoupled = any(group.get("decoupled_weight_decay") for group in optimizer.first)
        if optimizer.kind in _COUPLED and not decoupled:
            yield Suspicion(
                f"weight_decay={decay:g} in {optimizer.kind} is added to the gradient and then divided by its running "
                "size: weights with large gradients are hardly decayed. AdamW decays all alike.",
                seen=f"{optimizer.kind}, weight_decay {decay:g}",
                fix=f"torch.optim.AdamW(…, weight_decay={max(decay, 1e-2):g})",
                place=optimizer.place or optimizer.step_place,
                severity=Severity.INFO,
                evidence={"weight_decay": decay},
            )
        elif decay >= _STRONG and (names := _norms(session, optimizer)):
            yield Suspicion(
                f"Weight decay of {decay:g} also pulls the scales of norms to 0: {', '.join(names[:3])}.",
                seen=f"{len(names)} parameters of norms in groups with weight_decay",
                fix="Two parameter groups: weights of linear layers with decay, norms and biases with weight_decay=0.",
                place=optimizer.place or optimizer.step_place,
                severity=Severity.INFO,
                evidence={"parameters": names[:10]},
            )


def _norms(session: Session, optimizer: OptimizerSeen) -> list[str]:
    decayed = {
        id(each) for group in optimizer.optimizer.param_groups if group.get("weight_decay") for each in group["params"]
    }
    return [
        f"{path}.weight"
        for model in session.models
        for path, module in model.module.named_modules()
        if isinstance(module, _NORMS) and module.weight is not None and id(module.weight) in decayed
    ]


def read(source: Source) -> Iterator[Suspicion]:
    """``Adam(…, weight_decay=…)``."""
    for call in source.calls("torch.optim.Adam"):
        decay = source.number(call.keywords.get("weight_decay"))
        if decay:
            yield Suspicion(
                "weight_decay in Adam is L2 inside the gradient, divided by its running size; AdamW decays all "
                "weights alike.",
                seen=source.segment(call.node),
                fix="torch.optim.AdamW",
                place=call.place,
                severity=Severity.INFO,
            )


RULE = Rule(
    code="G211",
    slug="decay-on-norm-or-bias",
    severity=Severity.INFO,
    stages="S",
    summary="weight decay on normalisation or bias; L2 inside Adam",
    page=Page(
        what="In Adam, weight_decay adds λw to the gradient, which is then divided by the gradient's running size. "
        "Decay by AdamW is apart from the gradient. Decay of a norm's scale or of a bias regularises nothing.",
        wrong="optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-2)",
        right="optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)",
        hurts="Little, mostly: regularisation is weaker than it reads.",
        detection="The optimizer's class and the settings of its groups.",
        limits="A matter of taste where decay is weak; always a note.",
        sources=("Loshchilov & Hutter (2019), Decoupled weight decay regularization",),
    ),
    see=see,
    read=read,
)
