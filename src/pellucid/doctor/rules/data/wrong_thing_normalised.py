"""D410: labels scaled instead of inputs, or inputs scaled twice."""

import ast
from collections.abc import Iterator

import torch

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_TINY, _FEWEST_ROWS = 0.02, 32


def see(session: Session) -> Iterator[Suspicion]:
    """Inputs all next to 0; targets that are class numbers divided by something."""
    for model in session.models:
        rows = model.inputs
        if rows is not None and rows.is_floating_point() and rows.dim() == 2 and len(rows) >= _FEWEST_ROWS:
            largest = float(rows.abs().max())
            if 0 < largest < _TINY:
                yield Suspicion(
                    f"No input is larger than {largest:.2g}: they look scaled twice, and the first layer sees next to "
                    "nothing but its bias.",
                    seen=f"{len(rows)} rows, largest value {largest:.3g}",
                    fix="Scale once: X = X / 255",
                    place=model.place,
                    evidence={"largest": largest},
                )
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
    causes=("T608", "D415", "D401", "L110", "T607", "T611", "D402", "L117", "T603", "D409", "D411"),
    page=Page(
        what="X / 255 brings pixels to 0 to 1. Done twice, inputs are at most 0.004; done to y, class 7 becomes 0.027.",
        wrong="X_train = X_train / 255\ny_train = y_train / 255",
        right="X_train = X_train / 255\nX_test = X_test / 255",
        hurts="Stack Overflow 59325381: accuracy 0.098 instead of 0.987.",
        detection="No input beyond 0.02; or targets that are multiples of 1/255 or 1/256.",
        limits="Other factors are not known.",
        sources=("Stack Overflow 59325381",),
    ),
    see=see,
)
