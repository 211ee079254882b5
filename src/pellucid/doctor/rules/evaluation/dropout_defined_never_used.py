"""E313: a layer that is constructed and never called."""

import ast
import re
from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import ModelSeen, Place, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import ModuleClass, Source
from pellucid.records import Severity

__all__ = ["RULE"]

_DROPOUTS = (nn.modules.dropout._DropoutNd,)
_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
_CONTAINERS = (nn.ModuleList, nn.ModuleDict, nn.Sequential)
_NAMES = tuple(
    f"torch.nn.{name}"
    for name in (
        *("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "LayerNorm", "GroupNorm", "RMSNorm"),
        *("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"),
    )
)
# A deep network that was to be kept alive by its norms dies in many ways; one without its dropout only overfits.
_WITHOUT_NORMS = (
    *("N506", "T601", "T602", "T603", "T604", "T605", "T606", "T607", "T608", "T611", "D409", "D411", "D415"),
)


def see(session: Session) -> Iterator[Suspicion]:
    """Dropout and norm modules of a model that its passes never called."""
    for model in session.models:
        if model.blind or not model.layers or not session.updates:
            continue
        called = {id(layer.module) for layer in model.layers}
        left_out = {path: module for path, module in model.module.named_modules() if id(module) not in called}
        dropouts = [path for path, module in left_out.items() if isinstance(module, _DROPOUTS)]
        norms = [path for path, module in left_out.items() if isinstance(module, _NORMS) and not _has_gradients(module)]
        if dropouts:
            yield _suspicion(session, model, dropouts)
        if norms:
            yield _suspicion(session, model, norms, _WITHOUT_NORMS)


def _has_gradients(module: nn.Module) -> bool:
    """Whether its parameters take part all the same, as in ``F.layer_norm(x, shape, self.norm.weight)``."""
    return any(parameter.grad is not None for parameter in module.parameters())


def _suspicion(
    session: Session, model: ModelSeen, paths: list[str], causes: tuple[str, ...] | None = None
) -> Suspicion:
    path = paths[0]
    kind = type(model.module.get_submodule(path)).__name__
    owner, name = _owner(model, path)
    codes = [re.sub(r"\.(\d+)", r"[\1]", f"self.{each}") for each in paths]
    named = ", ".join(codes[:4]) + ("…" if len(codes) > 4 else "")
    it, was = ("it", "was") if len(paths) == 1 else ("them", "were")
    return Suspicion(
        f"{model.name} constructs {kind} {named} and never calls {it}: the network trains without {it}.",
        seen=f"{len(paths)} such layer{'s' if len(paths) > 1 else ''} {was} called in no pass, {len(model.layers)} "
        "other layers were",
        fix=f"x = {codes[0]}(x)  # in forward",
        place=_made_at(session, owner, name) or model.place,
        layer=path,
        evidence={"unused": paths},
        causes=causes,
    )


def _owner(model: ModelSeen, path: str) -> tuple[nn.Module, str]:
    """The module whose attribute a layer is, or a list of layers that it stands in, and the attribute."""
    parts = path.split(".")
    while len(parts) > 1 and isinstance(model.module.get_submodule(".".join(parts[:-1])), _CONTAINERS):
        parts.pop()
    return model.module.get_submodule(".".join(parts[:-1])), parts[-1]


def _made_at(session: Session, owner: nn.Module, name: str) -> Place | None:
    for source in session.sources:
        own = source.module_classes.get(type(owner).__name__)
        made = own.layers.get(name) if own is not None else None
        if made is not None:
            return Place(source.file, made.place.line)
    return None


def _told(kind: str, name: str, source: Source, line: int, model: str) -> Suspicion:
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
    causes=("T609", "T611"),
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
        detection="Dropout and norm modules that no watched pass called, norms only while their weights have no "
        "gradient either; in the source, attributes that hold one and that no method reads.",
        limits="Layers with weights that are never called are N506's, except norms. Layers that only some inputs "
        "reach may be called later than was watched.",
        sources=(
            "A course's exercise that credits its dropout with the gain: tests/exercises/ex14_fashion_improved.py",
        ),
    ),
    see=see,
    read=read,
)
