"""G206: nothing that the optimizer holds wants a gradient."""

from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Optimizers all of whose parameters have requires_grad False."""
    for optimizer in session.optimizers:
        parameters = [each for group in optimizer.optimizer.param_groups for each in group["params"]]
        if not parameters or any(each.requires_grad for each in parameters):
            continue
        if any(way > 0 for sample in optimizer.samples for way in sample.moved.values()):
            continue  # it has done its work, and what it held was frozen afterwards
        others = [
            name
            for model in session.models
            for name, each in model.module.named_parameters()
            if each.requires_grad and id(each) not in optimizer.held
        ]
        beside = f" Trainable parameters are elsewhere: {', '.join(others[:3])}." if others else ""
        yield Suspicion(
            f"Everything that {optimizer.kind} holds is frozen (requires_grad is False): it can change "
            f"nothing.{beside}",
            seen=f"{len(parameters)} parameters, none with requires_grad",
            fix="optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad])"
            if others
            else "for parameter in model.parameters(): parameter.requires_grad_(True)",
            place=optimizer.place or optimizer.step_place,
            evidence={"parameters": len(parameters), "trainable_elsewhere": others[:10]},
        )


RULE = Rule(
    code="G206",
    slug="everything-frozen",
    severity=Severity.ERROR,
    stages="SP",
    summary="nothing that the optimiser holds requires a gradient",
    causes=("G207", "T608", "G205", "G204", "T611", "D415", "T607", "D409", "D411"),
    page=Page(
        what="Parameters with requires_grad False get no gradient. An optimizer that holds only such does nothing.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 1)\nfor parameter in model.parameters():\n"
        "    parameter.requires_grad = False\noptimizer = torch.optim.SGD(model.parameters(), lr=0.1)",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 1)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)",
        hurts="Nothing is trained.",
        detection="Proof: requires_grad of all parameters of the optimizer.",
        limits="None known.",
        sources=("PyTorch forum 84911: everything the optimizer holds is frozen",),
    ),
    see=see,
)
