"""E310: evaluation that records gradients; best weights kept by reference."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Passes in evaluation mode with gradients that nobody passes back; and what the source says of kept weights."""
    for number, model in enumerate(session.models):
        own = [
            each
            for each in session.passes
            if each.model == number
            and not each.phase.training
            and each.phase.grad
            and not each.backwards
            and not each.steps
        ]
        if (
            own
            and any(each.steps for each in session.passes if each.model == number)
            and any(_wants(model) for _ in own)
        ):
            yield Suspicion(
                f"{model.name} is evaluated with gradients recorded: every pass keeps what a backward pass would "
                "need, for nothing.",
                seen=f"{sum(sum(each.sizes) for each in own)} rows in evaluation mode, no backward pass among them",
                fix="with torch.no_grad():",
                place=own[0].place,
                severity=Severity.INFO,
            )
    for source in session.sources:
        yield from read(source)


def _wants(model: object) -> bool:
    from pellucid.doctor.facts import ModelSeen

    return isinstance(model, ModelSeen) and any(each.requires_grad for each in model.module.parameters())


def read(source: Source) -> Iterator[Suspicion]:
    """``best = model.state_dict()`` in a training loop, loaded later."""
    loads = {ast.unparse(call.args[0]) for call in source.calls(".load_state_dict") if call.args}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        call = node.value
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "state_dict" and not call.args):
            continue
        names = {ast.unparse(target) for target in node.targets}
        if names & loads and _in_loop(source, node):
            yield Suspicion(
                f"{', '.join(names)} = {source.segment(call)} keeps references, not copies: training goes on changing "
                "them, and what is loaded in the end is the last network, not the best.",
                seen=source.segment(node),
                fix=f"copy.deepcopy({source.segment(call)})",
                place=source.place(node),
                severity=Severity.ERROR,
                edits=_edits(source, call),
            )


def _in_loop(source: Source, node: ast.AST) -> bool:
    above = source.parents.get(node)
    while above is not None:
        if isinstance(above, (ast.For, ast.While)):
            return True
        above = source.parents.get(above)
    return False


def _edits(source: Source, call: ast.Call) -> tuple[Edit, ...]:
    text = source.segment(call)
    return (source.replace(call, f"{{name: value.clone() for name, value in {text}.items()}}"),)


RULE = Rule(
    code="E310",
    slug="evaluation-with-gradients",
    severity=Severity.ERROR,
    stages="SD",
    summary="no no_grad; or best weights saved by reference",
    page=Page(
        what="state_dict() gives the live tensors. Kept as they are, they change with every further step, so that the "
        "best weights are the last ones. Evaluation without no_grad costs memory and time.",
        wrong="if val_loss < best:\n    best, kept = val_loss, model.state_dict()\n…\nmodel.load_state_dict(kept)",
        right="if val_loss < best:\n    best, kept = val_loss, "
        "copy.deepcopy(model.state_dict())\n…\nmodel.load_state_dict(kept)",
        hurts="Early stopping that stops but does not go back.",
        detection="A name bound to state_dict() within a loop and given to load_state_dict later (error). Passes in "
        "evaluation mode with gradients and no backward pass (note).",
        limits="Weights kept in other ways are not seen.",
        sources=("PyTorch, Saving and loading models: state_dict returns a reference",),
    ),
    see=see,
    read=read,
)
