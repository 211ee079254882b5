"""N506: layers that the forward pass never calls, or calls twice by accident."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_STATELESS = (nn.Dropout, nn.AlphaDropout, nn.Identity, nn.Flatten)
# Norms that are never called are E313's.
_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
# Layers whose second use on another width or place is a mistake rather than sharing.
_STATEFUL = (nn.modules.batchnorm._BatchNorm,)
_LISTS = (nn.ModuleList, nn.Sequential)


def see(session: Session) -> Iterator[Suspicion]:
    """Layers that no pass called, layers that a list holds several times, and batch norms called twice in one pass."""
    for model in session.models:
        repeated = _repeated(session, model)
        if repeated is not None:
            yield repeated
        if model.blind or not model.layers:
            continue
        called = Counter(id(layer.module) for layer in model.layers)
        unused = _unused(model, called)
        if unused and session.updates:
            names = ", ".join(unused[:4])
            yield Suspicion(
                f"{model.name} has layers that its forward never calls: {names}.",
                seen=f"{len(unused)} of {len(called) + len(unused)} layers with parameters were called in no pass",
                fix=f"Call {_as_code(unused[0])} in forward, or take it away.",
                layer=unused[0],
                place=model.place,
                evidence={"unused": unused},
            )
        twice = {
            layer.path for layer in model.layers if called[id(layer.module)] > 1 and isinstance(layer.module, _STATEFUL)
        }
        for path in sorted(twice):
            yield Suspicion(
                f"Batch norm {path} is called at several places of one pass: it mixes the means and variances of "
                "different layers, and evaluation uses their blend.",
                seen=f"{path} was called more than once in the first pass",
                fix="Give every place a batch norm of its own.",
                layer=path,
                place=model.place,
                evidence={"path": path},
            )


def _repeated(session: Session, model: ModelSeen) -> Suspicion | None:
    """A list of layers all of which are one, because ``[layer()] * n`` repeats the reference and makes no copies.

    The text has to say so: a layer that has a name of its own may be shared on purpose.
    """
    for path, holder in model.module.named_modules():
        if not isinstance(holder, _LISTS):
            continue
        # Children are told once each by named_children; the list itself knows how often it holds them.
        numbers = Counter(id(each) for each in holder)
        for layer in holder:
            often = numbers[id(layer)]
            if often < 2 or not any(True for _ in layer.parameters()):
                continue
            for source in session.sources:
                node = _multiplied(source, type(layer).__name__)
                if node is not None:
                    return Suspicion(
                        f"{model.name} holds one {type(layer).__name__} {often} times rather than {often} of them: "
                        "a list multiplied repeats the same object, so all places share one set of weights.",
                        seen=f"{source.segment(node)}: {len(holder)} entries of {path or 'the model'}, "
                        f"{len(numbers)} different",
                        fix=_made_anew(source, node),
                        layer=path or None,
                        place=source.place(node),
                        evidence={"entries": len(holder), "different": len(numbers)},
                        edits=(source.replace(node, _made_anew(source, node)),),
                        causes=("T608", "T611", "D415"),
                    )
    return None


def _multiplied(source: Source, name: str) -> ast.BinOp | None:
    """``[Name(…), …] * n``; None if the file has none, or several with that class."""
    found = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mult)
        and any(_makes(source, side, name) for side in (node.left, node.right))
    ]
    return found[0] if len(found) == 1 else None


def _makes(source: Source, node: ast.expr, name: str) -> bool:
    """Whether an expression is a list (or tuple) whose elements all are calls, one of them of a class."""
    if not isinstance(node, (ast.List, ast.Tuple)) or not node.elts:
        return False
    names = [source.call(each).name.rpartition(".")[2] if isinstance(each, ast.Call) else "" for each in node.elts]
    return all(names) and name in names


def _made_anew(source: Source, node: ast.BinOp) -> str:
    held, times = (node.left, node.right) if isinstance(node.left, (ast.List, ast.Tuple)) else (node.right, node.left)
    assert isinstance(held, (ast.List, ast.Tuple))
    texts = [source.segment(each) for each in held.elts]
    if len(texts) == 1:
        return f"[{texts[0]} for _ in range({source.segment(times)})]"
    return f"[layer for _ in range({source.segment(times)}) for layer in ({', '.join(texts)})]"


def _as_code(path: str) -> str:
    """``self.layers[0]`` for the path ``layers.0``."""
    return re.sub(r"\.(\d+)", r"[\1]", f"self.{path}")


def _unused(model: ModelSeen, called: Counter[int]) -> list[str]:
    found = []
    for path, module in model.module.named_modules():
        own = [each for each in module.parameters(recurse=False) if each.requires_grad]
        is_layer = own and not list(module.children()) and not isinstance(module, _STATELESS + _NORMS)
        # Parameters that are used without the module (weight tying, functional calls) get gradients.
        if is_layer and id(module) not in called and all(each.grad is None for each in own):
            found.append(path)
    return found


RULE = Rule(
    code="N506",
    slug="unused-or-reused-module",
    severity=Severity.WARNING,
    stages="P",
    summary="a module never called, or called twice by accident",
    causes=("G204", "G205", "E305"),
    page=Page(
        what="A layer that is constructed but not called takes no part: the network is smaller than its author "
        "thinks. A batch norm that is called at two places keeps one mean and variance for both. A list of layers that "
        "is multiplied, [nn.Linear(8, 8)] * 3, holds one layer three times.",
        wrong="from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.b, self.c = nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.c(self.a(x).relu())",
        right="from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.b, self.c = nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.c(self.b(self.a(x).relu()).relu())",
        hurts="Parameters that never move; conclusions about a network that was never trained.",
        detection="Modules with parameters of their own that no watched pass called and whose parameters have no "
        "gradient after training; batch norms that one pass called more than once; a ModuleList or Sequential that "
        "holds a layer with parameters several times, where the text multiplies a list in which that layer is made.",
        limits="Branches that only some inputs take are called late: a layer counts as unused only if it has no "
        "gradient either. Norms and dropout are E313's. Layers that were given a name before the list is "
        "multiplied may be shared on purpose and are let pass.",
        sources=("torch-audit 0.3, rules of unused and reused layers",),
    ),
    see=see,
)
