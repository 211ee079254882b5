"""E303: F.dropout without training=, or Dropout made in forward: on while evaluating, too."""

from collections.abc import Iterator

from pellucid.doctor.facts import CallSite, ModelSeen, Place, Session
from pellucid.doctor.probing import differs_when_repeated
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import Source, SourceCall
from pellucid.records import Severity

__all__ = ["RULE"]

_FUNCTIONS = ("torch.nn.functional.dropout", "torch.dropout", "torch.nn.functional.alpha_dropout")
_ATTENTION = "scaled_dot_product_attention"
_CLASSES = ("torch.nn.Dropout", "torch.nn.AlphaDropout")


def see(session: Session) -> Iterator[Suspicion]:
    """Models that answer differently to the same rows in evaluation mode, with dropout among their functions."""
    for number, model in enumerate(session.models):
        rows = model.judged_inputs if model.judged_inputs is not None else model.inputs
        if rows is None or not model.takes_rows_alone:
            continue
        site = _dropout(session, model)
        made = any("Dropout" in name for name in model.made_in_forward)
        if site is None and not made:
            continue
        found = differs_when_repeated(model.module, rows[:64])
        if not found.differs:
            continue
        place, edits = _where(session, model, site)
        yield Suspicion(
            f"Dropout in {model.name}.forward stays on in evaluation mode: the same rows get different answers every "
            "time.",
            seen=f"two passes over the same {len(rows[:64])} rows in evaluation mode differ by up to "
            f"{found.difference:.3g}",
            fix="dropout_p=p if self.training else 0.0"
            if site is not None and site.function == _ATTENTION
            else "F.dropout(x, p, training=self.training)"
            if not made
            else "self.dropout = nn.Dropout(p) in __init__, called in forward",
            place=place,
            evidence={"difference": found.difference, "model": number},
            edits=edits,
        )


def _dropout(session: Session, model: ModelSeen) -> CallSite | None:
    sites = (site for site in session.calls if site.layer is not None and _drops(site))
    return next((site for site in sites if site.module == model.name or site.module in _names(model)), None)


def _drops(site: CallSite) -> bool:
    """Whether a function drops values: dropout, or attention that is told to."""
    if site.function.endswith("dropout"):
        return True
    shares = (call.arguments.get("dropout_p", call.arguments.get(4, 0.0)) for call in site.calls)
    return site.function == _ATTENTION and any(isinstance(share, float) and share > 0 for share in shares)


def _names(model: ModelSeen) -> set[str]:
    return {type(module).__name__ for module in model.module.modules()}


def _where(session: Session, model: ModelSeen, site: CallSite | None) -> tuple[Place | None, tuple[Edit, ...]]:
    for source in session.sources:
        for call in _always_on(source):
            return call.place, _edits(source, call)
    return (site.place if site is not None else model.place), ()


def _always_on(source: Source) -> Iterator[SourceCall]:
    """Calls of functional dropout without ``training``, within a module's forward."""
    for own in source.module_classes.values():
        for step in own.steps:
            if step.name not in _FUNCTIONS:
                continue
            given = step.call.argument(2, "training")
            if source.literal(given) is True if given is not None else not step.call.is_open:
                yield step.call


def _edits(source: Source, call: SourceCall) -> tuple[Edit, ...]:
    if call.argument(2, "training") is not None:
        return ()
    return (source.replace(call.node, source.segment(call.node)[:-1] + ", training=self.training)"),)


def read(source: Source) -> Iterator[Suspicion]:
    """F.dropout without training= in a forward, and nn.Dropout made there."""
    for call in _always_on(source):
        yield Suspicion(
            "F.dropout is on unless training=False is given: it stays on in evaluation mode.",
            seen=source.segment(call.node),
            fix="training=self.training",
            place=call.place,
            edits=_edits(source, call),
        )
    for own in source.module_classes.values():
        for call in source.calls(*_CLASSES):
            first, last = (own.forward.lineno, own.forward.end_lineno or 0) if own.forward is not None else (1, 0)
            if first <= call.place.line <= last:
                yield Suspicion(
                    "A Dropout made in forward is in training mode every time, whatever the model's mode.",
                    seen=source.segment(call.node),
                    fix="Make it once in __init__: self.dropout = nn.Dropout(p)",
                    place=call.place,
                )


RULE = Rule(
    code="E303",
    slug="functional-dropout-always-on",
    severity=Severity.ERROR,
    stages="SP",
    summary="F.dropout without training=, or Dropout built in forward",
    causes=("E305", "E301"),
    page=Page(
        what="F.dropout has training=True as its default and knows nothing of model.eval(). A Dropout made in forward "
        "is new each time, and new modules are in training mode.",
        wrong="from torch import nn\nfrom torch.nn import functional as F\n\n\nclass Net(nn.Module):\n    def "
        "__init__(self):\n"
        "        super().__init__()\n        self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.b(F.dropout(self.a(x).relu(), 0.5))",
        right="from torch import nn\nfrom torch.nn import functional as F\n\n\nclass Net(nn.Module):\n    def "
        "__init__(self):\n"
        "        super().__init__()\n        self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 1)\n\n"
        "    def forward(self, x):\n        return self.b(F.dropout(self.a(x).relu(), 0.5, training=self.training))",
        hurts="Predictions are noisy and differ from call to call.",
        detection="Proof: a copy in evaluation mode gives different outputs for the same rows, and a dropout function "
        "was called in forward.",
        limits="Monte Carlo dropout is this on purpose.",
        sources=("PyTorch, documentation of torch.nn.functional.dropout",),
    ),
    see=see,
    read=read,
)
