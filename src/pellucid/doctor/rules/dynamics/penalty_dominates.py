"""T610: a penalty on the weights that outweighs the loss of the data."""

import math
import statistics
from collections.abc import Iterator

from pellucid.doctor.facts import CallSite, OptimizerSeen, Session, StepSample
from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# Times the gradient of the data. In balance they are equal, so only far more means that the penalty alone decides.
_TIMES = 3.0
_PENALTY_TIMES = 1.0
# Optimizers whose weight_decay adds λ·w to the gradient.
_COUPLED = {"SGD", "Adam", "Adagrad", "RMSprop", "Adadelta", "Adamax", "NAdam", "RAdam", "ASGD"}


def see(session: Session) -> Iterator[Suspicion]:
    """Decay beyond the gradient at the first steps, and sums of a small loss and a large penalty."""
    outcome = outcome_of(session)
    for optimizer in session.optimizers:
        decay = max((float(group.get("weight_decay") or 0) for group in optimizer.first), default=0.0)
        ratios = [ratio for sample in optimizer.samples[:10] if (ratio := _ratio(optimizer, sample, decay)) is not None]
        if decay and ratios and statistics.median(ratios) > _TIMES:
            ratio = statistics.median(ratios)
            yield Suspicion(
                f"weight_decay={decay:g} pulls {ratio:.1f} times as hard as the data: the weights go to 0 rather than "
                "to where the loss is low.",
                seen=f"λ‖w‖ / ‖gradient‖ = {ratio:.3g} in the median of the first {len(ratios)} measured steps",
                fix=f"weight_decay={decay / 100:.0e}",
                place=optimizer.place or optimizer.step_place,
                evidence={"ratio": ratio, "weight_decay": decay},
                is_symptom=not outcome.is_bad,
            )
    for site in session.calls:
        found = _penalty(site)
        if found is not None:
            data, penalty = found
            yield Suspicion(
                f"The penalty added here is {penalty / data:.1f} times the loss of the data: training shrinks weights "
                "first of all.",
                seen=f"loss {data:.4g} + penalty {penalty:.4g} in the first step",
                fix="Make the penalty's factor so small that it is a fraction of the loss.",
                place=site.place,
                evidence={"loss": data, "penalty": penalty},
                is_symptom=not outcome.is_bad,
            )
            return


def _ratio(optimizer: OptimizerSeen, sample: StepSample, decay: float) -> float | None:
    if optimizer.kind not in _COUPLED:
        return None
    gradient = math.sqrt(sum(norm**2 for norm in sample.gradient.values() if norm is not None))
    weight = math.sqrt(sum(value**2 for value in sample.weight.values()))
    return decay * weight / gradient if gradient > 0 and math.isfinite(gradient) else None


def _penalty(site: CallSite) -> tuple[float, float] | None:
    """Loss and penalty of a sum of two scalars, the second of which was made from parameters alone."""
    if site.function.rpartition(".")[2] not in ("__add__", "add", "__iadd__", "__radd__") or not site.calls:
        return None
    call = site.calls[0]
    if call.result_shape != () or any(shape != () for shape in call.shapes.values()) or len(call.shapes) != 2:
        return None
    data, penalty = (float(call.arguments[key]) for key in list(call.shapes)[:2])
    text = " ".join(call.history)
    is_loss = any(word in text for word in ("NllLoss", "MseLoss", "BinaryCrossEntropy", "SmoothL1", "Huber"))
    if not is_loss or data <= 0 or penalty <= _PENALTY_TIMES * data * 10:
        return None
    return data, penalty


RULE = Rule(
    code="T610",
    slug="penalty-dominates",
    severity=Severity.WARNING,
    stages="D",
    summary="regularisation larger than the data loss",
    causes=("T608", "T611", "D415", "T601", "T603", "T607", "D409", "D411", "T606"),
    page=Page(
        what="A penalty should tip the scales between solutions that fit about equally well. If it outweighs the "
        "data, the best network is one whose weights are all 0.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 3)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=5.0)",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 3)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=1e-3)",
        hurts="The network predicts the mean.",
        detection="λ‖w‖ is more than 3 times the norm of the gradient in the median of the first measured steps, for "
        "optimizers that add the decay to the gradient; or a sum of two scalars, a known loss and a penalty 10 times "
        "as large. An error or warning only if the run is also no better than a constant.",
        limits="Decoupled decay (AdamW) is not judged: lr·λ tells how long weights live, which is as it is meant.",
        sources=("TheDeepChecker (2022): regularisation loss dominates",),
    ),
    see=see,
)
