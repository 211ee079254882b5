"""L115: softmax or argmax over the rows instead of the classes, or over an axis that nobody named."""

from collections.abc import Iterator

from pellucid.doctor.facts import Call, CallSite, Place, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_LAYERS = ("Softmax", "LogSoftmax", "Softmin")
_SOFT = {"softmax", "log_softmax", "softmin"}
_NAMES = ("torch.softmax", "torch.log_softmax", "torch.nn.functional.softmax", "torch.nn.functional.log_softmax")
_CLASSES = ("torch.nn.Softmax", "torch.nn.LogSoftmax", "torch.nn.Softmin")


def see(session: Session) -> Iterator[Suspicion]:
    """Softmaxes of [rows, classes] over axis 0, of functions and of layers."""
    yield from _layers(session)
    yield from _written(session)
    for site in session.calls:
        name = site.function.rpartition(".")[2]
        if name in _SOFT:
            for call in site.calls:
                if _axis(call) is not None or _is_over_the_batch(session, site, call):
                    yield _suspicion(session, site, call, name)
                    break
        elif name == "argmax" and site.layer is None:
            for call in site.calls:
                if _axis(call) is not None and _rows_match(session, call):
                    yield _suspicion(session, site, call, name)
                    break


def _layers(session: Session) -> Iterator[Suspicion]:
    """nn.Softmax(dim=0) and its like that were given tables; without dim, tables of three axes."""
    for model in session.models:
        for layer in model.layers:
            shape = layer.input_shape
            if (
                type(layer.module).__name__ not in _LAYERS
                or shape is None
                or not _is_over_rows(shape, layer.module.dim)
            ):
                continue
            name = f"nn.{type(layer.module).__name__}"
            place, edits = _making(session, f"torch.{name}", model.place)
            yield Suspicion(
                f"{name} goes over axis 0, the rows: each column is made to add up to 1 over the batch, and a row's "
                "result depends on the other rows.",
                seen=f"input {list(shape)}, dim={layer.module.dim}",
                fix=f"{name}(dim={len(shape) - 1})",
                place=place,
                layer=layer.path,
                evidence={"shape": list(shape)},
                edits=edits,
            )


def _written(session: Session) -> Iterator[Suspicion]:
    """nn.Softmax(dim=0)(model(x)), where the model is known to give tables of scores."""
    classes = [
        site.training[0].output_shape[1]
        for site in session.trained_losses()
        if site.kind == "cross_entropy" and site.training and len(site.training[0].output_shape) == 2
    ]
    for source in session.sources if classes else []:
        for use in source.uses(*_CLASSES):
            axis = use.made.argument(0, "dim") if use.made is not None else None
            given = use.call.argument(0, "input")
            last = source.last_step(given) if given is not None else None
            if axis is None or source.number(axis) not in (0, -2) or last is None or last.name != "torch.nn.Linear":
                continue
            yield Suspicion(
                f"{use.name.removeprefix('torch.')} goes over axis 0, the rows: each column is made to add up to 1, "
                "and a row's result depends on the other rows.",
                seen=f"dim=0 on the scores of {classes[0]} classes",
                fix="dim=1",
                place=use.call.place,
                evidence={"classes": classes[0]},
                edits=edits_of(source, [(axis, "1")]),
            )


def _is_over_rows(shape: tuple[int, ...], axis: object) -> bool:
    if len(shape) == 3 and axis is None:  # PyTorch then takes axis 0
        return shape[0] > 1
    return len(shape) == 2 and min(shape) > 1 and axis in (0, -2)


def _making(session: Session, name: str, place: Place | None) -> tuple[Place | None, tuple[Edit, ...]]:
    """The line that makes such a layer, and the change of its axis; the line that calls the model otherwise."""
    for source in session.sources:
        for call in source.calls(name):
            axis = call.argument(0, "dim")
            if axis is not None and source.number(axis) in (0, -2):
                return call.place, edits_of(source, [(axis, "1")])
    return place, ()


def _axis(call: Call) -> int | None:
    """0 if the axis is that of the rows of a table with more than one column, None otherwise."""
    shape = call.shapes.get(0) or call.shapes.get("input")
    axis = call.arguments.get("dim", call.arguments.get(1))
    if shape is None or len(shape) != 2 or shape[1] < 2 or shape[0] < 2 or not isinstance(axis, int):
        return None
    return 0 if axis in (0, -2) else None


def _is_over_the_batch(session: Session, site: CallSite, call: Call) -> bool:
    """Whether a softmax of three axes or more, within a model, goes over the axis along which the loss counts rows."""
    shape = call.shapes.get(0) or call.shapes.get("input") or ()
    axis = call.arguments.get("dim", call.arguments.get(1))
    if len(shape) < 3 or axis not in (0, -len(shape)) or site.layer is None or shape[0] < 2 or not call.phase.grad:
        return False
    # Sequences with time first have other lengths than there are rows in what the model gives.
    losses = [each for loss in session.trained_losses() for each in loss.training]
    return bool(losses) and all(each.output_shape[:1] == shape[:1] for each in losses if each.step == call.step)


def _rows_match(session: Session, call: Call) -> bool:
    """Whether the table is a model's output, not something of a person's own."""
    shape = call.shapes.get(0)
    return any(
        each.output_shape[1:] == shape[1:] for site in session.losses for each in site.calls if shape is not None
    ) and any(site.kind in ("cross_entropy", "nll_loss") for site in session.losses)


def _suspicion(session: Session, site: CallSite, call: Call, name: str) -> Suspicion:
    shape = list(call.shapes.get(0) or call.shapes.get("input") or ())
    return Suspicion(
        f"{name} goes over axis 0, the rows: each column is made to add up to 1 over the batch, and a row's result "
        "depends on the other rows."
        if name != "argmax"
        else "argmax goes over axis 0, the rows: it gives one row per class, not one class per row.",
        seen=f"input {shape}, dim=0",
        fix=f"{name}(…, dim=1)" if len(shape) == 2 else f"{name} over the axis that is meant, such as dim=1",
        place=site.place,
        layer=site.layer,
        evidence={"shape": shape},
        edits=_edits(session, site),
    )


def _edits(session: Session, site: CallSite) -> tuple[Edit, ...]:
    source = session.source_of(site.place.file)
    if source is None:
        return ()
    for call in source.calls(*_NAMES, ".softmax", ".log_softmax", ".argmax", "torch.argmax"):
        axis = call.keywords.get("dim") or (call.args[-1] if call.args else None)
        spans = call.node.lineno <= site.place.line <= (call.node.end_lineno or 0)
        if spans and axis is not None and len(site.calls[0].shapes.get(0, ())) == 2 and source.number(axis) in (0, -2):
            return edits_of(source, [(axis, "1")])
    return ()


def read(source: Source) -> Iterator[Suspicion]:
    """``nn.Softmax()`` and ``F.softmax(x)`` without ``dim``."""
    for call in source.calls(*_CLASSES, *_NAMES):
        place = 0 if call.name in _CLASSES else 1
        if call.argument(place, "dim") is None and not call.is_open:
            yield Suspicion(
                "The axis of the softmax is left to PyTorch, which takes axis 0 for inputs of one or three axes, and "
                "warns.",
                seen=source.segment(call.node),
                fix="dim=1",
                place=call.place,
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="L115",
    slug="softmax-over-batch",
    severity=Severity.ERROR,
    stages="SP",
    summary="softmax or argmax over the wrong dimension, or `dim` left implicit",
    causes=("D413", "T608", "T611", "L101", "L104", "D415", "L117", "L105", "D409", "D411"),
    page=Page(
        what="A batch of scores is [rows, classes]. Softmax has to go over the classes, dim=1. Over dim=0 it compares "
        "rows with each other.",
        wrong="import torch\n\nscores = torch.randn(8, 3)\nprint(torch.softmax(scores, dim=0).sum(1))",
        right="import torch\n\nscores = torch.randn(8, 3)\nprint(torch.softmax(scores, dim=1).sum(1))",
        hurts="Predictions of a row change with the rows beside it; accuracy falls with the batch size.",
        detection="The axis that was given, for inputs of two axes; within a model also for more, where that axis is "
        "as long as the batch of the loss. From source: no axis given at all.",
        limits="Attention over the rows of a batch that is meant.",
        sources=("PyTorch issue 37399: implicit dimension choice for softmax",),
    ),
    see=see,
    read=read,
)
