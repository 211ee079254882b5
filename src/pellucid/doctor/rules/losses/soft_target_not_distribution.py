"""L114: soft targets whose rows do not add up to 1."""

import ast
from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import CallSite, LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, with_argument
from pellucid.records import Severity

__all__ = ["RULE"]

_TOLERANCE, _SHARE = 1e-3, 0.01


def see(session: Session) -> Iterator[Suspicion]:
    """Cross-entropy on floating-point targets, row by row."""
    for site in session.trained_losses():
        if site.kind != "cross_entropy":
            continue
        targets = [
            call.target.double()
            for call in site.training
            if call.target is not None and call.target.is_floating_point() and call.target.dim() == 2
        ]
        if not targets:
            continue
        rows = torch.cat(targets)
        sums = rows.sum(1)
        wrong = (sums - 1).abs() > _TOLERANCE
        if float(wrong.double().mean()) <= _SHARE and not bool((rows < 0).any()):
            continue
        yield Suspicion(
            "Cross-entropy takes rows of numbers for distributions, and these do not add up to 1: rows with larger "
            "sums count for more.",
            seen=f"{int(wrong.sum())} of {len(rows)} target rows add up to something else, from {sums.min():.3g} to "
            f"{sums.max():.3g}",
            fix="target = target / target.sum(dim=1, keepdim=True)",
            place=site.place,
            evidence={"lowest": float(sums.min()), "highest": float(sums.max()), "rows": len(rows)},
            edits=_edits(session, site, rows),
        )


def _edits(session: Session, site: LossSite, rows: Tensor) -> tuple[Edit, ...]:
    """Rows divided by their sums; what has a known mistake in its making is put right itself.

    That is smoothing by hand that forgot to share out what it takes, and mixing whose second part has no weight. Rows
    that were added up of two others for reasons unknown are left: divided, they would be no mixture that anybody meant.
    """
    values, sums = torch.unique(rows), rows.sum(1)
    if bool((rows < 0).any()) or bool((sums <= 0).any()):
        return ()
    low, classes = float(values[0]), rows.shape[1]
    if len(values) == 2 and low > 0 and abs(float(values[1]) - 1) < _TOLERANCE:
        return with_argument(session, site, 1, "target", f"{{}} - {low:g} + {low:g} / {classes}")
    sum_of_two = _sum_of_two(session, site)
    if sum_of_two is not None:
        return _weighted(session, sum_of_two)
    return with_argument(session, site, 1, "target", "{0} / {0}.sum(dim=1, keepdim=True)")


def _sum_of_two(session: Session, site: LossSite) -> CallSite | None:
    """The line that added two tensors up to targets that the loss was given."""
    targets = [call.target for call in site.training if call.target is not None]
    for line in session.calls:
        if line.function.rpartition(".")[2] in ("add", "__add__") and any(
            len(call.shapes) == 2
            and isinstance(call.result, Tensor)
            and any(target.shape == call.result.shape and torch.equal(target, call.result) for target in targets)
            for call in line.calls
        ):
            return line
    return None


def _weighted(session: Session, line: CallSite) -> tuple[Edit, ...]:
    """``w * a + b`` made ``w * a + (1 - w) * b``, where b's rows add up to 1, a's to less, and 1 − w is used nearby."""
    source = session.source_of(line.place.file)
    if source is None:
        return ()
    sums = [
        [each.double().sum(-1) if isinstance(each := call.arguments.get(part), Tensor) else None for part in (0, 1)]
        for call in line.calls
    ]
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add) or node.lineno != line.place.line:
            continue
        for part, (weighted, other) in enumerate(((node.left, node.right), (node.right, node.left))):
            if not isinstance(weighted, ast.BinOp) or not isinstance(weighted.op, ast.Mult):
                continue
            known = [(pair[part], pair[1 - part]) for pair in sums]
            if not known or not all(_is_partial(first) and _is_whole(second) for first, second in known):
                continue
            weights = {ast.unparse(each) for each in (weighted.left, weighted.right)}
            function = source.place(node).function
            for rest in ast.walk(source.tree):
                if (
                    isinstance(rest, ast.BinOp)
                    and isinstance(rest.op, ast.Sub)
                    and source.number(rest.left) == 1
                    and ast.unparse(rest.right) in weights
                    and source.place(rest).function == function
                ):
                    return edits_of(
                        source, [(other, f"({ast.unparse(rest)}) * {_factor(source.segment(other), other)}")]
                    )
    return ()


def _factor(text: str, node: ast.expr) -> str:
    return f"({text})" if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.IfExp)) else text


def _is_whole(sums: Tensor | None) -> bool:
    return sums is not None and bool(((sums - 1).abs() <= _TOLERANCE).all())


def _is_partial(sums: Tensor | None) -> bool:
    return sums is not None and bool(((sums >= -_TOLERANCE) & (sums <= 1 + _TOLERANCE)).all())


RULE = Rule(
    code="L114",
    slug="soft-target-not-distribution",
    severity=Severity.ERROR,
    stages="P",
    summary="soft or one-hot target rows do not sum to 1",
    causes=("T608", "L117", "D415", "T606", "D409", "D411"),
    page=Page(
        what="With probabilities as targets, cross-entropy is −Σ target·log p. It is a cross-entropy only if each row "
        "adds up to 1.",
        wrong="import torch\nfrom torch import nn\n\ntarget = torch.rand(64, 3)\nloss = "
        "nn.CrossEntropyLoss()(torch.randn(64, 3), target)",
        right="import torch\nfrom torch import nn\n\ntarget = torch.rand(64, 3)\ntarget = target / target.sum(dim=1, "
        "keepdim=True)\n"
        "loss = nn.CrossEntropyLoss()(torch.randn(64, 3), target)",
        hurts="Rows are weighted by their sums, and a row of zeros is not learned at all.",
        detection="Proof: sums of the target's rows, within 0.001.",
        limits="Rows of 0 that are meant to be left out are flagged too. Targets that are a sum of two tensors get no "
        "change offered, but for a mixture whose second part has no weight.",
        sources=("PyTorch, documentation of CrossEntropyLoss: class probabilities",),
    ),
    see=see,
)
