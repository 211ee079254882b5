"""N507: a step, a rounding or a sign within a network that gradients are to train."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import CallSite, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import ModuleClass, Source, Step
from pellucid.doctor.source.tree import ancestors
from pellucid.records import Severity

__all__ = ["RULE"]

# Their derivative is 0 wherever it exists.
_FLAT = {
    "round",
    "sign",
    "heaviside",
    "floor",
    "ceil",
    "trunc",
    "sgn",
    "__gt__",
    "__ge__",
    "__lt__",
    "__le__",
    "gt",
    "ge",
    "lt",
    "le",
    "step",
}
_CUTS = {"detach", "data", "no_grad"}
_COMPARISONS = {"__gt__", "__ge__", "__lt__", "__le__", "gt", "ge", "lt", "le"}


def see(session: Session) -> Iterator[Suspicion]:
    """Such calls inside ``forward``, on values that had a gradient."""
    for site in session.calls:
        name = site.function.rpartition(".")[2]
        if site.layer is None or name not in _FLAT or not site.calls:
            continue
        call = next((each for each in site.calls if each.phase.grad and each.phase.training), None)
        if call is None or not call.history or not _blocks(session, site):
            continue
        yield Suspicion(
            f"{name} inside {site.module}.forward has derivative 0 wherever it has one: no gradient passes, and what "
            "stands before it is never trained.",
            seen=f"its argument came from {call.history[0]}, and parameters before it have no gradient or exactly 0",
            fix="Use a smooth form in training (sigmoid for a step, tanh for sign), and the step for decisions only.",
            place=site.place,
            layer=site.layer,
            evidence={"function": name},
        )


def _blocks(session: Session, site: CallSite) -> bool:
    """Whether some parameter that the optimizer holds has no gradient, or none but zeros."""
    for optimizer in session.optimizers:
        for sample in optimizer.samples[:3]:
            if any(not norm for norm in sample.gradient.values()):
                return True
    return not any(optimizer.samples for optimizer in session.optimizers)


def read(source: Source) -> Iterator[Suspicion]:
    """``torch.round``, ``torch.sign`` or ``torch.heaviside`` between the layers of a ``forward``."""
    for own in source.module_classes.values():
        for number, step in enumerate(own.steps):
            if (
                _is_flat(step)
                and not _goes_around(source, own, step)
                and any(later.layer for later in own.steps[number + 1 :])
                and _has_layer(own.steps[:number])
            ):
                yield Suspicion(
                    f"{step.name.rpartition('.')[2]} between the layers of {own.name} lets no gradient pass: layers "
                    "before it are not trained.",
                    seen=source.segment(step.call.node),
                    fix="Use a smooth form in training, such as sigmoid for a step.",
                    place=step.call.place,
                )


def _is_flat(step: Step) -> bool:
    return step.name.rpartition(".")[2] in _FLAT - _COMPARISONS and step.layer is None


def _goes_around(source: Source, own: ModuleClass, step: Step) -> bool:
    """Whether the step, or a name that it is bound to, is used beside something detached.

    ``soft + (torch.round(soft) - soft).detach()`` and its like pass the gradient by: whoever detaches there means it.
    """
    statement = source.statement(step.call.node)
    concerned: list[ast.AST] = [statement]
    if isinstance(statement, ast.Assign) and own.forward is not None:
        names = {ast.unparse(target) for target in statement.targets}
        concerned += [
            source.statement(node)
            for node in ast.walk(own.forward)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names
        ]
    return any(
        isinstance(node, ast.Attribute) and node.attr in _CUTS
        for each in (*concerned, *ancestors(statement, source.parents))
        for node in _parts(each)
    )


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """A plain statement with all that is in it, of a ``with`` what it opens, of other blocks nothing."""
    if isinstance(node, ast.With):
        for item in node.items:
            yield from ast.walk(item.context_expr)
    elif not hasattr(node, "body"):
        yield from ast.walk(node)


def _has_layer(steps: tuple[Step, ...]) -> bool:
    return any(step.layer for step in steps)


RULE = Rule(
    code="N507",
    slug="nondifferentiable-activation",
    severity=Severity.ERROR,
    stages="S",
    summary="step, round or sign inside a network trained by gradients",
    causes=("G204", "G207", "T608", "T611", "D415", "L121", "T603", "D409", "D411"),
    page=Page(
        what="Step, round and sign are flat wherever they have a derivative. Layers before them get a gradient of "
        "exactly 0 or none at all.",
        wrong="import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.b(torch.sign(self.a(x)))",
        right="import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.b(torch.tanh(self.a(x)))",
        hurts="The first layer stays as it was drawn; only the last one learns.",
        detection="Such a function called inside a module's forward on values with a gradient, while a parameter of "
        "the optimizer gets none or exactly 0. Without running: one of them between two layers of a forward.",
        limits="A straight-through estimator (x + (round(x) − x).detach()) passes gradients, and is left alone where "
        "every parameter gets one; without running, where what is rounded stands in one statement with a detach.",
        sources=("Bengio, Léonard, Courville (2013), Estimating or propagating gradients through stochastic neurons",),
    ),
    see=see,
    read=read,
)
