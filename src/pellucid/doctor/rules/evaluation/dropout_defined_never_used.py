"""E313: a layer that is constructed and never called."""

import ast
from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import ModuleClass, Source
from pellucid.records import Severity

__all__ = ["RULE"]

_KINDS = (nn.Dropout, nn.AlphaDropout, nn.modules.batchnorm._BatchNorm, nn.LayerNorm)
_NAMES = ("torch.nn.Dropout", "torch.nn.AlphaDropout", "torch.nn.BatchNorm1d", "torch.nn.LayerNorm")


def see(session: Session) -> Iterator[Suspicion]:
    """Dropout and norm modules of a model that its passes never called."""
    for model in session.models:
        if model.blind or not model.layers or not session.updates:
            continue
        called = {id(layer.module) for layer in model.layers}
        for path, module in model.module.named_modules():
            if isinstance(module, _KINDS) and id(module) not in called:
                yield _suspicion(session, model, path, module)
                break


def _suspicion(session: Session, model: ModelSeen, path: str, module: nn.Module) -> Suspicion:
    kind = type(module).__name__
    name = path.rpartition(".")[2]
    for source in session.sources:
        own = source.module_classes.get(model.name)
        made = own.layers.get(name) if own is not None else None
        if made is not None:
            return _told(kind, name, source, made.place.line, model.name)
    return Suspicion(
        f"{model.name} constructs {kind} {path} and never calls it: the network trains without it.",
        seen=f"{path} was called in no pass, {len(model.layers)} other layers were",
        fix=f"x = self.{path}(x)  # in forward",
        place=model.place,
        layer=path,
    )


def _told(kind: str, name: str, source: Source, line: int, model: str) -> Suspicion:
    from pellucid.doctor.facts import Place

    return Suspicion(
        f"{model} constructs {kind} self.{name} and never calls it: the network trains without it.",
        seen=f"self.{name} does not occur in forward",
        fix=f"x = self.{name}(x)  # in forward",
        place=Place(source.file, line),
        layer=name,
    )


def read(source: Source) -> Iterator[Suspicion]:
    """Attributes of a module class that hold dropout or norm and are used nowhere in it."""
    for own in source.module_classes.values():
        if own.forward is None:
            continue
        for name, made in own.layers.items():
            if made.name in _NAMES and not _is_used(own, name):
                kind = made.name.rpartition(".")[2]
                yield _told(kind, name, source, made.place.line, own.name)


def _is_used(own: ModuleClass, name: str) -> bool:
    reads = (node for node in ast.walk(own.node) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load))
    return any(node.attr == name for node in reads)


RULE = Rule(
    code="E313",
    slug="dropout-defined-never-used",
    severity=Severity.WARNING,
    stages="SP",
    summary="a layer is constructed and never called",
    page=Page(
        what="A layer takes part only where forward calls it. Dropout or batch norm that is only constructed changes "
        "nothing.",
        wrong="from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 1)\n        self.dropout = nn.Dropout(0.5)\n\n"
        "    def forward(self, x):\n        return self.b(self.a(x).relu())",
        right="from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 1)\n        self.dropout = nn.Dropout(0.5)\n\n"
        "    def forward(self, x):\n        return self.b(self.dropout(self.a(x).relu()))",
        hurts="The network is credited with a regularisation that it never had.",
        detection="Dropout and norm modules that no watched pass called; in the source, attributes that hold one and "
        "that no method reads.",
        limits="Layers with weights that are never called are N506's, except norms. Layers that only some inputs "
        "reach may be called later than was watched.",
        sources=("EXERCISES 14: dropout constructed, never used, yet credited for the gain",),
    ),
    see=see,
    read=read,
)
