"""T604: a gradient far above what this run's gradients usually are."""

import math
import statistics
from collections.abc import Iterator

from pellucid.doctor.facts import Session, StepSample
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_TIMES = 1e3
_FEWEST = 5


def see(session: Session) -> Iterator[Suspicion]:
    """Measured steps whose gradient exceeds a thousand times the median of those before."""
    for optimizer in session.optimizers:
        before: list[float] = []
        for sample in optimizer.samples:
            norm = _norm(sample)
            if norm is None:
                continue
            usual = statistics.median(before) if len(before) >= _FEWEST else None
            if usual and norm > _TIMES * usual:
                yield Suspicion(
                    f"The gradient of step {sample.step} is {norm / usual:.0f} times its usual size.",
                    seen=f"norm {norm:.3g}, median of the measured steps before {usual:.3g}",
                    fix="torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)  # between backward() and step(); or "
                    "a lower lr",
                    place=optimizer.step_place,
                    step=sample.step,
                    evidence={"norm": norm, "usual": usual},
                    is_symptom=True,
                )
                break
            before.append(norm)


def _norm(sample: StepSample) -> float | None:
    norms = [norm for norm in sample.gradient.values() if norm is not None]
    total = math.sqrt(sum(norm * norm for norm in norms)) if norms else math.nan
    return total if math.isfinite(total) else None


RULE = Rule(
    code="T604",
    slug="exploding-gradient",
    severity=Severity.ERROR,
    stages="D",
    summary="gradient far above its own running median",
    causes=("T605", "T608", "D409", "D411", "T601", "T611"),
    page=Page(
        what="Gradients that grow step by step, or jump by orders of magnitude, throw the weights far away from where "
        "they were; often the next loss is no number.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Linear(1, 1)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.5)\nx = torch.arange(100.0).unsqueeze(1)\n"
        "for _ in range(20):\n    optimizer.zero_grad()\n    nn.functional.mse_loss(model(x), 2 * x).backward()\n    "
        "optimizer.step()",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(1, 1)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.5)\nx = torch.arange(100.0).unsqueeze(1) / 100\n"
        "for _ in range(20):\n    optimizer.zero_grad()\n    nn.functional.mse_loss(model(x), 2 * x).backward()\n    "
        "optimizer.step()",
        hurts="The loss rises without bound or ends in nan.",
        detection="The norm of all gradients at a measured step exceeds 1,000 times the median of the measured steps "
        "before it (at least 5). No absolute limit: what is large depends on the network. An error only if the run "
        "also diverged or is no better than a constant.",
        limits="Steps are measured at growing distances; a lone jump between two of them is not seen.",
        sources=("Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent neural networks",),
    ),
    see=see,
)
