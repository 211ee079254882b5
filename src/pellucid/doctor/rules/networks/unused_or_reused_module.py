"""N506: layers that the forward pass never calls, or calls twice by accident."""

import re
from collections import Counter
from collections.abc import Iterator

from torch import nn

from pellucid.doctor.facts import ModelSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_STATELESS = (nn.Dropout, nn.AlphaDropout, nn.Identity, nn.Flatten)
# Norms that are never called are E313's.
_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
# Layers whose second use on another width or place is a mistake rather than sharing.
_STATEFUL = (nn.modules.batchnorm._BatchNorm,)


def see(session: Session) -> Iterator[Suspicion]:
    """Modules with parameters that no pass called, and batch norms called twice in one pass."""
    for model in session.models:
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
        "thinks. A batch norm that is called at two places keeps one mean and variance for both.",
        wrong="from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.b, self.c = nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.c(self.a(x).relu())",
        right="from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.b, self.c = nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.c(self.b(self.a(x).relu()).relu())",
        hurts="Parameters that never move; conclusions about a network that was never trained.",
        detection="Modules with parameters of their own that no watched pass called and whose parameters have no "
        "gradient after training; batch norms that one pass called more than once.",
        limits="Branches that only some inputs take are called late: a layer counts as unused only if it has no "
        "gradient either. Norms and dropout are E313's.",
        sources=("torch-audit 0.3, rules of unused and reused layers",),
    ),
    see=see,
)
