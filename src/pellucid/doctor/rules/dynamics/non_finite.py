"""T605: the first loss, gradient or weight that became nan or infinite."""

import math
from collections.abc import Iterator

import torch

from pellucid.doctor.facts import Backward, ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Where the first number that is none appeared: in the data, in the loss or in a gradient."""
    for line in session.backwards:
        number = _first(line)
        if number is None:
            continue
        step = line.steps[number] if number < len(line.steps) else None
        model = _with_bad_inputs(session)
        before = [float(value) for value in line.values[max(0, number - 3) : number] if value.numel() == 1]
        where, fix = _origin(session, model, step)
        yield Suspicion(
            f"The loss is {float(line.values[number].flatten()[0])} from backward pass {number + 1} on{where}.",
            seen=("losses before: " + ", ".join(f"{value:.4g}" for value in before))
            if before
            else "it is so from the start",
            fix=fix,
            place=line.place,
            step=None if step is None else step + 1,
            evidence={"backward_pass": number + 1, "before": [value for value in before if math.isfinite(value)]},
        )
        return


def _first(line: Backward) -> int | None:
    if not line.values:
        return None
    if bool(torch.isfinite(line.values[-1]).all()) and bool(torch.isfinite(line.values[0]).all()):
        # One that comes and goes is looked for too, but in one go.
        scalars = [value.reshape(-1)[:1].double() for value in line.values]
        bad = torch.nonzero(~torch.isfinite(torch.cat(scalars))).flatten()
        return int(bad[0]) if len(bad) else None
    return next((n for n, value in enumerate(line.values) if not bool(torch.isfinite(value).all())), None)


def _with_bad_inputs(session: Session) -> ModelSeen | None:
    for model in session.models:
        if (
            model.inputs is not None
            and model.inputs.is_floating_point()
            and not bool(torch.isfinite(model.inputs).all())
        ):
            return model
    return None


def _origin(session: Session, model: ModelSeen | None, step: int | None) -> tuple[str, str]:
    if model is not None and model.inputs is not None:
        columns = torch.nonzero(~torch.isfinite(model.inputs.flatten(1)).all(0)).flatten().tolist()
        return f": the inputs themselves hold no numbers, in column {columns[0]}", "Fill or drop missing values first."
    for optimizer in session.optimizers:
        for sample in optimizer.samples:
            bad = [name for name, norm in sample.gradient.items() if norm is not None and not math.isfinite(norm)]
            if bad and (step is None or sample.step <= step + 1):
                return (
                    f"; the gradient of {bad[-1]} was no number first, at step {sample.step}",
                    "A lower learning rate, clipping, and no log or division of something that can be 0.",
                )
    return "", "A lower learning rate, scaled inputs and targets, and no log or division of something that can be 0."


RULE = Rule(
    code="T605",
    slug="non-finite",
    severity=Severity.ERROR,
    stages="D",
    summary="first tensor, layer and step that became NaN or Inf",
    causes=("T608", "D409", "D411"),
    page=Page(
        what="Once a loss is nan, every gradient is, and after the next step every weight.",
        wrong="import torch\n\nw = torch.zeros(1, requires_grad=True)\nloss = (w * torch.log(w)).sum()\n"
        "loss.backward()\nprint(loss, w.grad)",
        right="import torch\n\nw = torch.zeros(1, requires_grad=True)\nloss = (w * torch.log(w + 1e-8)).sum()\n"
        "loss.backward()\nprint(loss, w.grad)",
        hurts="The network is lost from that step on.",
        detection="The first backward pass on something that is not finite; whether inputs were finite, and which "
        "parameter's gradient was the first that was not.",
        limits="The operation within the network that made it is not singled out.",
        sources=("PyTorch, torch.autograd.detect_anomaly (2.5 to 3 times slower, so not used here)",),
    ),
    see=see,
)
