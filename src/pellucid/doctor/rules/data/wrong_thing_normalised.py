"""D410: labels scaled instead of inputs, or inputs scaled twice."""

import ast
import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from pellucid.doctor.facts import CallSite, ModelSeen, Session
from pellucid.doctor.probing.copies import copied, experiment, forward
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_TINY, _FEWEST_ROWS = 0.02, 32
# What takes the scale away again, or takes numbers for names.
_BLIND_TO_SCALE = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm, nn.Embedding)


def see(session: Session) -> Iterator[Suspicion]:
    """Inputs all next to 0; targets that are class numbers divided by something."""
    for model in session.models:
        yield from _next_to_nothing(session, model)
    if any(site.kind in ("cross_entropy", "nll_loss") for site in session.trained_losses()):
        for source in session.sources:
            yield from _labels_divided(source)
    for site in session.trained_losses():
        targets = [call.target.double().flatten() for call in site.training if call.target is not None]
        if not targets or site.kind not in (
            "cross_entropy",
            "mse_loss",
            "l1_loss",
            "nll_loss",
            "binary_cross_entropy_with_logits",
        ):
            continue
        values = torch.unique(torch.cat(targets))
        if (
            not 3 <= len(values) <= 30
            or len(torch.cat(targets)) < _FEWEST_ROWS
            or float(values.min()) != 0
            or float(values.max()) >= 1
        ):
            continue
        factor = 1 / float(values[1:].diff().min()) if len(values) > 2 else 0.0
        whole = values * factor
        if (
            factor > 1
            and bool(((whole - whole.round()).abs() < 1e-3).all())
            and int(whole.max()) < 60
            and 254 < factor < 257
        ):
            yield Suspicion(
                f"Targets are whole numbers divided by {factor:.0f}: class labels were scaled as if they were pixels.",
                seen=f"targets {', '.join(f'{value:.4g}' for value in values[:5].tolist())}…, times {factor:.0f}: 0 "
                f"to {int(whole.max())}",
                fix="Scale X, not y.",
                place=site.place,
                severity=Severity.ERROR,
                evidence={"factor": factor},
            )


def _next_to_nothing(session: Session, model: ModelSeen) -> Iterator[Suspicion]:
    """The largest number that the first layer gets, whoever made it so small: the program or the model's forward."""
    rows = model.inputs
    if (
        rows is None
        or not rows.is_floating_point()
        or rows.dim() < 2
        or len(rows) < _FEWEST_ROWS
        or not model.takes_rows_alone
    ):
        return
    given = float(rows.abs().max())
    first = next((layer for layer in model.layers if any(True for _ in layer.module.parameters())), None)
    if given == 0 or not math.isfinite(given) or (first is not None and isinstance(first.module, _BLIND_TO_SCALE)):
        return
    # Series and signals may be so small by nature.
    if given < _TINY and (rows.dim() == 2 or _are_pixels(rows)):
        largest, where, division = given, "they look scaled twice", None
    elif given >= _TINY and first is not None:
        largest = given * _factor(model.module, first.path, rows)
        where, division = f"forward scales inputs of up to {given:.3g} down once more", _division(session, given)
    else:
        return
    if not 0 < largest < _TINY:
        return
    yield Suspicion(
        f"No input of the first layer is larger than {largest:.2g}: {where}, and the layer sees next to nothing but "
        "its bias.",
        seen=f"{len(rows)} rows, largest value {given:.3g} as they were given, {largest:.3g} at the first layer",
        fix="Scale once: in the data, or in forward.",
        place=division.place if division is not None else model.place,
        evidence={"largest": largest, "given": given},
        edits=_undivided(session, division) if division is not None else (),
    )


def _are_pixels(rows: Tensor) -> bool:
    """Whether all are whole numbers up to 255, divided by 255 twice."""
    whole = rows.double() * 255**2
    return float(whole.min()) >= 0 and float(whole.max()) < 256 and bool(((whole - whole.round()).abs() < 1e-3).all())


def _factor(model: nn.Module, path: str, rows: Tensor) -> float:
    """What the rows are multiplied by before a layer of a copy gets them; 1 if anything else is done to them."""
    found: list[Tensor] = []

    def note(_: nn.Module, arguments: tuple[object, ...]) -> None:
        if arguments and isinstance(arguments[0], Tensor):
            found.append(arguments[0].detach().cpu().double().flatten())

    with experiment():
        try:
            network = copied(model)
            network.get_submodule(path).register_forward_pre_hook(note)
            forward(network, rows.clone())
        except Exception:  # whatever the model raises: it wants more than its rows
            return 1.0
    given = rows.double().flatten()
    if not found or len(found[0]) != len(given):
        return 1.0
    factor = float(found[0] @ given / (given @ given))
    return abs(factor) if float((found[0] - factor * given).abs().max()) <= 1e-4 * abs(factor) else 1.0


def _division(session: Session, given: float) -> CallSite | None:
    """Where ``forward`` divides what it was given by a number."""
    for site in session.calls:
        if site.layer != "" or site.function.rpartition(".")[2] not in ("__truediv__", "div", "divide"):
            continue
        call = site.calls[0] if site.calls else None
        first, second = (call.arguments.get(0), call.arguments.get(1)) if call is not None else (None, None)
        if not isinstance(first, Tensor) or not first.numel() or not isinstance(second, int | float):
            continue
        if second > 1 and float(first.abs().max()) <= given:
            return site
    return None


def _undivided(session: Session, site: CallSite) -> tuple[Edit, ...]:
    """The line without its division."""
    source = session.source_of(site.place.file)
    statement = source.statement_at(site.place.line) if source is not None else None
    if source is None or statement is None:
        return ()
    divisions = [node for node in ast.walk(statement) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    if len(divisions) != 1 or source.number(divisions[0].right) is None:
        return ()
    left = divisions[0].left
    if isinstance(statement, ast.Assign) and [ast.unparse(each) for each in statement.targets] == [ast.unparse(left)]:
        return (source.delete(statement),)
    return (source.replace(divisions[0], source.segment(left)),)


def _labels_divided(source: Source) -> Iterator[Suspicion]:
    """``y_train / 255`` in a program that tells classes apart."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div) or source.number(node.right) != 255:
            continue
        name = ast.unparse(node.left)
        if name == "y" or name.startswith(("y_", "label", "target")):
            yield Suspicion(
                f"{name} holds class labels and is divided by 255, as pixels are: next to all rows get class 0.",
                seen=source.segment(node),
                fix=f"{name}  # scale X, not y",
                place=source.place(node),
                severity=Severity.ERROR,
                edits=(source.replace(node, name),),
            )


RULE = Rule(
    code="D410",
    slug="wrong-thing-normalised",
    severity=Severity.WARNING,
    stages="SP",
    summary="labels scaled instead of inputs, or inputs scaled twice",
    causes=("T608", "D415", "D401", "L110", "T607", "T611", "D402", "L117", "T603", "D409", "D411", "T601"),
    page=Page(
        what="X / 255 brings pixels to 0 to 1. Done twice, inputs are at most 0.004; done to y, class 7 becomes 0.027.",
        wrong="X_train = X_train / 255\ny_train = y_train / 255",
        right="X_train = X_train / 255\nX_test = X_test / 255",
        hurts="Stack Overflow 59325381: accuracy 0.098 instead of 0.987.",
        detection="Inputs of a table none of which is beyond 0.02, or of any kind that are multiples of 1/65025. The "
        "training rows pass through a copy, and its first layer with weights gets them times a factor, so that no "
        "number is beyond 0.02. Or targets that are multiples of 1/255 or 1/256.",
        limits="Other factors are not known. Signals and images that arrive that small in another way are let pass, "
        "and so are networks that begin with a norm.",
        sources=("Stack Overflow 59325381",),
    ),
    see=see,
)
