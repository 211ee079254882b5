"""G204: detach, item, data, NumPy or a new tensor between the parameters and the loss."""

import re
from collections.abc import Iterator

from pellucid.doctor.facts import CallSite, Place, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_CUTS = {
    "detach": ".detach()",
    "detach_": ".detach_()",
    "item": ".item()",
    "numpy": ".numpy()",
    "tolist": ".tolist()",
    "data": ".data",
    "tensor": "torch.tensor(…)",
    "as_tensor": "torch.as_tensor(…)",
    "from_numpy": "torch.from_numpy(…)",
}
_CRASH = ("does not require grad and does not have a grad_fn", "does not require grad")


def see(session: Session) -> Iterator[Suspicion]:
    """A crash in backward for want of a graph; parameters that never get a gradient behind such a call."""
    if session.error is not None and any(each in str(session.error) for each in _CRASH):
        site = _cut(session)
        yield Suspicion(
            "The loss has no graph that leads to the parameters" + (f": {_name(site)} cuts it off." if site else "."),
            seen=f"backward() stopped with: {str(session.error).splitlines()[0]}",
            fix=f"Take {_name(site)} away from what the loss is made of."
            if site
            else "Make the loss from the model's own output.",
            place=site.place if site else _backward_line(session),
            edits=_edits(session, site),
        )
        return
    yield from _taken_by_value(session)
    missing = _without_gradient(session)
    if not missing:
        return
    site = _cut(session)
    if site is None:
        return
    yield Suspicion(
        f"{len(missing)} parameters that the optimizer holds never get a gradient: {_name(site)} cuts the graph "
        "before them.",
        seen=f"no gradient in any measured step: {', '.join(missing[:4])}",
        fix=f"Take {_name(site)} away.",
        place=site.place,
        layer=missing[0].rpartition(".")[0] or None,
        evidence={"parameters": missing},
        edits=_edits(session, site),
    )


def _taken_by_value(session: Session) -> Iterator[Suspicion]:
    """Parameters without a gradient of modules that are not called, but whose numbers are read off beside the graph."""
    for model in session.models:
        called = {id(layer.module) for layer in model.layers}
        for path, module in model.module.named_modules():
            for name, parameter in module.named_parameters(recurse=False):
                if id(module) in called or not parameter.requires_grad or parameter.grad is not None:
                    continue
                found = _read_off(session, f"{path.rpartition('.')[2]}.{name}" if path else name)
                if found is None or not _is_held(session, id(parameter)):
                    continue
                place, text, edits = found
                yield Suspicion(
                    f"{text} takes the numbers of {path or model.name} without the graph, so that they get no "
                    "gradient.",
                    seen=f"no gradient for {path}.{name}" if path else f"no gradient for {name}",
                    fix=f"Write {text.rpartition('.')[0]}.",
                    place=place,
                    layer=path or None,
                    evidence={"parameter": f"{path}.{name}" if path else name},
                    edits=edits,
                )
                return


def _read_off(session: Session, name: str) -> tuple[Place, str, tuple[Edit, ...]] | None:
    """The line that has ``self.<name>.data`` or ``.detach()``, the words, and the line without it."""
    pattern = re.compile(rf"\bself\.{re.escape(name)}\.(data\b|detach\(\))(?!\s*(\.|\[.*\]\s*=|=[^=]))")
    for source in session.sources:
        for number, line in enumerate(source.text.splitlines(), start=1):
            if (found := pattern.search(line)) is not None:
                kept = line[: found.start(1) - 1] + line[found.end(1) :]
                return Place(source.file, number), found[0], (Edit(source.file, number, number, kept),)
    return None


def _is_held(session: Session, parameter: int) -> bool:
    return any(parameter in optimizer.held and optimizer.steps for optimizer in session.optimizers)


def _without_gradient(session: Session) -> list[str]:
    """Names of trainable parameters that were called, are held, and had no gradient at any measured step."""
    called = {id(layer.module) for model in session.models for layer in model.layers}
    owners = {
        id(parameter)
        for model in session.models
        for module in model.module.modules()
        if id(module) in called
        for parameter in module.parameters(recurse=False)
        if parameter.requires_grad
    }
    found = []
    for optimizer in session.optimizers:
        if not optimizer.samples:
            continue
        live = [p for group in optimizer.optimizer.param_groups for p in group["params"]]
        for name, parameter in zip(optimizer.samples[0].gradient, live, strict=False):
            if id(parameter) in owners and all(sample.gradient.get(name) is None for sample in optimizer.samples):
                found.append(name)
    return found


def _cut(session: Session) -> CallSite | None:
    """The call that cut something off in a pass with gradients; within the model first."""
    sites = [
        site
        for site in session.calls
        if site.function.rpartition(".")[2].strip("_") in {name.strip("_") for name in _CUTS}
        and any(call.phase.grad and (call.history or _makes_anew(session, site)) for call in site.calls)
    ]
    return min(sites, key=lambda site: (site.layer is None, site.place.line), default=None)


def _makes_anew(session: Session, site: CallSite) -> bool:
    """Whether a new tensor is made of numbers in the course of training, and not of data before it."""
    if not site.function.endswith("tensor"):
        return False
    return session.updates == 0 or site.layer is not None or any(call.step for call in site.calls)


def _name(site: CallSite | None) -> str:
    return _CUTS.get(site.function.rpartition(".")[2], site.function) if site is not None else ""


def _backward_line(session: Session) -> Place | None:
    for source in session.sources:
        for call in source.calls(".backward"):
            return call.place
    return None


def _edits(session: Session, site: CallSite | None) -> tuple[Edit, ...]:
    """The object itself in place of ``x.detach()``."""
    source = session.source_of(site.place.file) if site is not None else None
    if source is None or site is None:
        return ()
    for call in source.calls(".detach", ".item"):
        if call.place.line == site.place.line and call.base is not None:
            return (source.replace(call.node, source.segment(call.base)),)
    return ()


def read(source: Source) -> Iterator[Suspicion]:
    """``loss.item()`` or ``loss.detach()`` that is passed back."""
    for call in source.calls(".backward"):
        made = source.value_of(call.base) if call.base is not None else None
        text = source.segment(made) if made is not None else ""
        for cut in (".item()", ".detach()"):
            if text.endswith(cut):
                yield Suspicion(
                    f"{cut} cuts the loss off from the graph, so that backward() has nothing to go through.",
                    seen=text,
                    fix=text.removesuffix(cut),
                    place=source.place(made) if made is not None else call.place,
                )


RULE = Rule(
    code="G204",
    slug="detached-graph",
    severity=Severity.ERROR,
    stages="SP",
    summary="detach, item, data, NumPy or a new tensor cuts the graph",
    causes=("G207", "T608", "T611", "D415", "G206", "N506", "T607", "D409", "D411"),
    page=Page(
        what="Gradients flow along the graph of operations. detach(), item(), .data, numpy() and torch.tensor(x) give "
        "the number without the graph, so that everything before it gets none.",
        wrong="import torch\nfrom torch import nn\n\na, b = nn.Linear(4, 8), nn.Linear(8, 1)\n"
        "loss = b(a(torch.randn(2, 4)).detach()).mean()\nloss.backward()\nprint(a.weight.grad)",
        right="import torch\nfrom torch import nn\n\na, b = nn.Linear(4, 8), nn.Linear(8, 1)\n"
        "loss = b(a(torch.randn(2, 4))).mean()\nloss.backward()\nprint(a.weight.grad)",
        hurts="The layers before the cut stay as they were drawn.",
        detection="Parameters that the optimizer holds and whose layers were called have no gradient at any measured "
        "step, and such a call on something with a graph was seen; or a layer that is not called has no gradient, and "
        "its .data is read; or backward() stopped for want of a graph.",
        limits="A cut that is meant (stop-gradient, a critic's input) leaves no held parameter without a gradient, "
        "and is left alone.",
        sources=("PyTorch, Autograd mechanics",),
    ),
    see=see,
    read=read,
)
