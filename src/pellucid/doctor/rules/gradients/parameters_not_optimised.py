"""G205: trainable parameters that no optimizer holds."""

import ast
from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Parameters that a loss's graph leads to and that are in no optimizer; layers made while forward runs."""
    if not session.optimizers or not session.updates:
        return
    groups = [group for optimizer in session.optimizers for group in optimizer.optimizer.param_groups]
    if not any(parameter.requires_grad for group in groups for parameter in group["params"]):
        # Nothing that is held can move: that is the mistake, and everything else is missing because of it.
        return
    held = frozenset().union(*(optimizer.held for optimizer in session.optimizers))
    reached = frozenset().union(*(line.reached for line in session.backwards)) if session.backwards else frozenset()
    for model in session.models:
        own = {id(parameter): name for name, parameter in model.module.named_parameters() if parameter.requires_grad}
        if model.made_in_forward and any(issubclass_of_layer(name) for name in model.made_in_forward):
            yield _made_in_forward(session, model)
            continue
        missing = [name for number, name in own.items() if number in reached and number not in held]
        if not missing:
            continue
        everything = not any(number in held for number in own)
        names = ", ".join(missing[:3]) + ("…" if len(missing) > 3 else "")
        yield Suspicion(
            f"{len(missing)} of {len(own)} parameters of {model.name} are in no optimizer and never move: {names}."
            + (" The optimizer was made for another model, or for an older copy." if everything else ""),
            seen=f"the loss leads to them, and none of {len(session.optimizers)} optimizers holds them",
            fix="optimizer = torch.optim.Adam(model.parameters(), lr=…)  # after the model has got its final form",
            place=session.optimizers[0].place or session.optimizers[0].step_place,
            layer=missing[0].rpartition(".")[0] or None,
            # Part of a model may be left out on purpose, though it is usual to freeze it then.
            severity=None if everything else Severity.WARNING,
            evidence={"parameters": missing, "held": len(held)},
        )
    known = {id(parameter) for model in session.models for parameter in model.module.parameters()}
    loose = reached - held - known
    listed = next((each for source in session.sources for each in _lists(source)), None)
    if loose and listed is not None:
        yield listed


def issubclass_of_layer(name: str) -> bool:
    """Whether a class of this name is a layer with weights."""
    kind = getattr(nn, name, None)
    return isinstance(kind, type) and issubclass(kind, (nn.Linear, nn.Embedding, nn.modules.batchnorm._BatchNorm))


def _made_in_forward(session: Session, model: ModelSeen) -> Suspicion:
    place = model.place
    for source in session.sources:
        own = source.module_classes.get(model.name)
        if own is not None and own.forward is not None:
            inside = [
                call for call in source.all_calls if call.name.startswith("torch.nn.") and call.name[9:10].isupper()
            ]
            first, last = own.forward.lineno, own.forward.end_lineno or own.forward.lineno
            place = next((call.place for call in inside if first <= call.place.line <= last), place)
    return Suspicion(
        f"{model.name} makes {model.made_in_forward[0]} anew in every forward: its weights are drawn again each time, "
        "and no optimizer ever holds them.",
        seen=f"made while forward ran: {', '.join(dict.fromkeys(model.made_in_forward))}",
        fix="Make the layer once in __init__ (self.layer = …) and call self.layer in forward.",
        place=place,
        evidence={"made": list(dict.fromkeys(model.made_in_forward))},
    )


def _lists(source: Source) -> Iterator[Suspicion]:
    """Plain lists of layers kept by a module, which does not know them."""
    for own in source.module_classes.values():
        for node in ast.walk(own.node):
            if not isinstance(node, ast.Assign) or not isinstance(node.value, (ast.List, ast.ListComp, ast.Dict)):
                continue
            target = ast.unparse(node.targets[0])
            text = source.segment(node.value)
            if target.startswith("self.") and any(
                f"{each}(" in text for each in ("nn.Linear", "nn.Embedding", "nn.Sequential")
            ):
                kind = "nn.ModuleDict" if isinstance(node.value, ast.Dict) else "nn.ModuleList"
                yield Suspicion(
                    f"{target} is a plain {'dict' if kind.endswith('Dict') else 'list'} of layers: {own.name} does "
                    "not know them, and parameters() leaves them out.",
                    seen=text.splitlines()[0],
                    fix=f"{target} = {kind}({text.splitlines()[0]}…)",
                    place=source.place(node),
                    edits=(source.replace(node.value, f"{kind}({text})"),),
                )


def read(source: Source) -> Iterator[Suspicion]:
    """Plain lists of layers in a module."""
    yield from _lists(source)


RULE = Rule(
    code="G205",
    slug="parameters-not-optimised",
    severity=Severity.ERROR,
    stages="SP",
    summary="trainable parameters missing from the optimiser (plain list of layers, layers made in forward, old copy)",
    causes=("G207", "T608", "T611", "D415", "T607", "N506", "D409", "D411"),
    page=Page(
        what="An optimizer moves the parameters that it was given, and no others. model.parameters() holds what the "
        "module knows: layers in a plain list, layers made in forward and those of another copy are not among them.",
        wrong="from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layers = [nn.Linear(4, 8), nn.Linear(8, 8)]\n        self.out = nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        for layer in self.layers:\n            x = layer(x).relu()\n        "
        "return self.out(x)",
        right="from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layers = nn.ModuleList([nn.Linear(4, 8), nn.Linear(8, 8)])\n        self.out = nn.Linear(8, "
        "1)\n\n"
        "    def forward(self, x):\n        for layer in self.layers:\n            x = layer(x).relu()\n        "
        "return self.out(x)",
        hurts="Part of the network, or all of it, stays as it was drawn.",
        detection="Proof: ids of the parameters that the loss's graph leads to, less those that the optimizers hold.",
        limits="Parts that are left out on purpose without being frozen are told as a warning.",
        sources=("Karpathy (2019); torchtest: parameters that do not change",),
    ),
    see=see,
    read=read,
)
